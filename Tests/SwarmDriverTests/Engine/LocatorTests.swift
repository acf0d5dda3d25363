import Crypto
import Drivers
import Foundation
import Testing

@testable import SwarmDriver

@Suite("The engine is found as Docker's own client finds it")
struct LocatorTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func locate(
        _ variables: [String: String] = [:],
        _ settings: EngineLocator.Settings = .init()
    ) throws -> LocatedEngine {
        let environment = ["HOME": folder.path].merging(variables) { $1 }
        return try EngineLocator(settings: settings, environment: environment).locate()
    }

    private func addContext(_ name: String, host: String, skip: Bool = false, files: [String] = []) throws {
        let id = SHA256.hash(data: Data(name.utf8)).map { String(format: "%02x", $0) }.joined()
        try folder.write(
            ".docker/contexts/meta/\(id)/meta.json",
            #"{"Name":"\#(name)","Metadata":{},"Endpoints":{"docker":{"Host":"\#(host)","SkipTLSVerify":\#(skip)}}}"#
        )
        for file in files { try folder.write(".docker/contexts/tls/\(id)/docker/\(file)", "PEM") }
    }

    @Test(
        "an address is read in every form that Docker's client reads",
        arguments: [
            ("unix:///run/d.sock", "unix:///run/d.sock"),
            ("unix://", "unix:///var/run/docker.sock"),
            ("ssh://h", "ssh://h"),
            ("ssh://me@h:22/run/d.sock", "ssh://me@h:22/run/d.sock"),
            ("ssh://me@[fe80::1]:22", "ssh://me@[fe80::1]:22"),
            ("tcp://h", "tcp://h:2375"),
            ("tcp://h:99/", "tcp://h:99"),
            ("tcp://[::1]:99", "tcp://[::1]:99"),
            ("10.0.0.1:99", "tcp://10.0.0.1:99"),
            ("tcp://:99", "tcp://127.0.0.1:99"),
        ]
    )
    func addresses(_ text: String, _ expected: String) throws {
        let engine = try locate(["DOCKER_HOST": text], .init(insecure: true))
        #expect(engine.endpoint.description == expected)
    }

    @Test(
        "an address that is none is refused with what to write",
        arguments: [
            "unix://relative.sock", "tcp://h:0", "tcp://h:x", "tcp://h/path", "ssh://", "ssh://-oProxyCommand=x",
            "ssh://a b",
            "ssh://$(id)@h", "npipe:////./pipe/docker", "tcp://[::1", "ssh://me:secretword@h", "tcp://u:secretword@h",
        ]
    )
    func badAddresses(_ text: String) throws {
        let error = try #require(throws: EngineError.self) { try locate(["DOCKER_HOST": text], .init(insecure: true)) }
        #expect(error.driverError.code == .environment)
        #expect(error.driverError.help != nil)
        #expect(error.description.contains("DOCKER_HOST"))
        #expect(!error.description.contains("secretword"))
    }

    @Test("the order is setting, DOCKER_HOST, DOCKER_CONTEXT, current context, standard socket")
    func precedence() throws {
        #expect(try locate().endpoint == .unix(path: "/var/run/docker.sock"))
        try addContext("current", host: "unix:///current")
        try addContext("variable", host: "unix:///variable")
        try folder.write(".docker/config.json", "{\n\t\"currentContext\": \"current\"\n}")
        #expect(try locate().endpoint == .unix(path: "/current"))
        var variables = ["DOCKER_CONTEXT": "variable"]
        #expect(try locate(variables).endpoint == .unix(path: "/variable"))
        variables["DOCKER_HOST"] = "unix:///host"
        #expect(try locate(variables).endpoint == .unix(path: "/host"))
        #expect(try locate(variables, .init(context: "current")).endpoint == .unix(path: "/current"))
        let found = try locate(variables, .init(host: "unix:///setting", origin: "--host"))
        #expect(found.endpoint == .unix(path: "/setting"))
        #expect(found.origin == "--host")
        #expect(try locate(["DOCKER_CONTEXT": "default"]).endpoint == .standard)
        #expect(try locate(["DOCKER_CONFIG": "/nonexistent"]).endpoint == .standard)
        #expect(throws: EngineError.self) { try locate([:], .init(host: "unix:///a", context: "current")) }
        let missing = try #require(throws: EngineError.self) { try locate(["DOCKER_CONTEXT": "gone"]) }
        #expect(missing.description.contains("gone") && missing.description.contains("DOCKER_CONTEXT"))
        try folder.write(".docker/config.json", "{")
        #expect(throws: EngineError.self) { try locate() }
        // What is not needed is not read.
        #expect(try locate(["DOCKER_HOST": "unix:///host"]).endpoint == .unix(path: "/host"))
    }

    @Test("plain TCP is refused unless it is asked for by name; certificates make it TLS")
    func transportSecurity() throws {
        let bare = try #require(throws: EngineError.self) { try locate(["DOCKER_HOST": "foo"]) }
        #expect(bare.description.contains("DOCKER_HOST names foo, and says not how to reach an engine there"))
        let host = ["DOCKER_HOST": "tcp://h"]
        let refusal = try #require(throws: EngineError.self) { try locate(host) }
        #expect(refusal.description.contains("without TLS"))
        #expect(try locate(host, .init(insecure: true)).endpoint == .tcp(host: "h", port: 2375, tls: nil))
        for file in ["ca.pem", "cert.pem", "key.pem"] { try folder.write("certs/\(file)", "PEM") }
        let certificates = "\(folder.path)/certs"
        let tls = EngineTLS(
            authority: "\(certificates)/ca.pem",
            identity: .init(certificate: "\(certificates)/cert.pem", key: "\(certificates)/key.pem")
        )
        let secure = EngineEndpoint.tcp(host: "h", port: 2376, tls: tls)
        #expect(try locate(host.merging(["DOCKER_CERT_PATH": certificates]) { $1 }).endpoint == secure)
        #expect(try locate(host, .init(certificates: certificates)).endpoint == secure)
        // Without a directory: that of Docker's own configuration.
        let own = try locate(host.merging(["DOCKER_TLS_VERIFY": "1", "DOCKER_CONFIG": certificates]) { $1 })
        #expect(own.endpoint == secure)
        #expect(throws: EngineError.self) { try locate(host, .init(certificates: "/nonexistent")) }
        try FileManager.default.removeItem(atPath: "\(certificates)/key.pem")
        #expect(throws: EngineError.self) { try locate(host, .init(certificates: certificates)) }
    }

    @Test("a context brings its certificates; one that checks nothing needs consent")
    func contexts() throws {
        try addContext("prod", host: "tcp://h:2376", files: ["ca.pem", "cert.pem", "key.pem"])
        guard case .tcp("h", 2376, let tls?) = try locate(["DOCKER_CONTEXT": "prod"]).endpoint else {
            Issue.record("no TLS")
            return
        }
        #expect(tls.authority?.hasSuffix("/docker/ca.pem") == true)
        #expect(tls.identity != nil && tls.verifiesEngine)
        try addContext("loose", host: "tcp://h", skip: true)
        #expect(throws: EngineError.self) { try locate(["DOCKER_CONTEXT": "loose"]) }
        let loose = try locate(["DOCKER_CONTEXT": "loose"], .init(insecure: true))
        #expect(loose.endpoint == .tcp(host: "h", port: 2376, tls: EngineTLS(verifiesEngine: false)))
    }

    @Test("ssh gets the destination as arguments, the socket quoted for the shell over there")
    func sshArguments() {
        let plain = SSHDestination(user: "me", host: "h", port: 22)
        #expect(plain.arguments.suffix(7) == ["-l", "me", "-p", "22", "--", "h", "docker system dial-stdio"])
        let quoted = SSHDestination(host: "h", socket: "/run/it's.sock")
        #expect(quoted.arguments.last == #"docker --host 'unix:///run/it'\''s.sock' system dial-stdio"#)
    }
}
