import Drivers
import Foundation
import NIOSSL
import ResourceModel
import Testing

@testable import SwarmDriver

@Suite("TLS proves both ends", .timeLimit(.minutes(2)))
struct TLSTests {
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        for authority in ["ca", "other"] {
            try await openssl(
                "req -x509 -subj /CN=\(authority) -days 2 -keyout \(authority)-key.pem -out \(authority).pem"
            )
        }
        try await sign("server", name: "IP:127.0.0.1,DNS:localhost", by: "ca")
        try await sign("stranger", name: "DNS:elsewhere.example", by: "ca")
        try await sign("client", name: "DNS:client", by: "ca")
        try await sign("intruder", name: "DNS:client", by: "other")
    }

    private func openssl(_ arguments: String) async throws {
        let key = arguments.hasPrefix("req") ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"] : []
        let words = arguments.split(separator: " ").map(String.init)
        let command = ["sh", "-c", "cd \"$1\" && shift && exec openssl \"$@\"", "sh", folder.path] + words + key
        let result = try await TemporaryFolder.runSlowly(command)
        try #require(result.status == 0, "openssl \(arguments)")
    }

    private func sign(_ name: String, name alternative: String, by authority: String) async throws {
        try await openssl("req -subj /CN=\(name) -keyout \(name)-key.pem -out \(name).csr")
        try folder.write("\(name).ext", "subjectAltName=\(alternative)\n")
        try await openssl(
            "x509 -req -in \(name).csr -CA \(authority).pem -CAkey \(authority)-key.pem -CAcreateserial -days 2 "
                + "-extfile \(name).ext -out \(name).pem"
        )
    }

    private func start(_ certificate: String) async throws -> FakeEngine {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile("\(folder.path)/\(certificate).pem")
                .map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: "\(folder.path)/\(certificate)-key.pem", format: .pem))
        )
        configuration.trustRoots = .file("\(folder.path)/ca.pem")
        // Docker asks for a certificate of the client's and does not care for its name.
        configuration.certificateVerification = .noHostnameVerification
        return try await FakeEngine.start(tls: configuration) { $0.uri == "/_ping" ? nil : .json(200, "{}") }
    }

    /// Calls the engine by the way from `DOCKER_HOST` on.
    private func call(
        _ engine: FakeEngine,
        authority: String? = "ca",
        identity: String? = "client",
        host: String = "127.0.0.1"
    ) async throws -> EngineError? {
        let directory = "\(folder.path)/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        func copy(_ source: String, _ target: String) throws {
            try FileManager.default.copyItem(atPath: "\(folder.path)/\(source)", toPath: "\(directory)/\(target)")
        }
        if let authority { try copy("\(authority).pem", "ca.pem") }
        if let identity {
            try copy("\(identity).pem", "cert.pem")
            try copy("\(identity)-key.pem", "key.pem")
        }
        let environment = [
            "DOCKER_HOST": "tcp://\(host):\(engine.port)", "DOCKER_CERT_PATH": directory, "DOCKER_TLS_VERIFY": "1",
        ]
        let client = EngineClient(
            try EngineLocator(environment: environment).locate(),
            environment: environment,
            deadlines: .init(reading: .seconds(20))
        )
        var failure: EngineError?
        do throws(EngineError) {
            _ = try await client.get("/info")
        } catch {
            failure = error
        }
        await client.close()
        return failure
    }

    @Test("the right certificates connect, by name and by address")
    func rightCertificates() async throws {
        let engine = try await start("server")
        #expect(try await call(engine) == nil)
        #expect(try await call(engine, host: "localhost") == nil)
        #expect(engine.requests.first?.headers["Host"] == ["127.0.0.1:\(engine.port)"])
        await engine.stop()
    }

    @Test("every wrong certificate is refused, and says which one is wrong")
    func wrongCertificates() async throws {
        let engine = try await start("server")
        let stranger = try await start("stranger")
        let plain = try await FakeEngine.start(tls: nil)
        let cases: [(EngineError?, String)] = [
            (try await call(engine, authority: "other"), "not signed by the given CA"),
            (try await call(engine, authority: nil), "not signed by the given CA"),
            (try await call(stranger), "not for this name"),
            (try await call(engine, identity: "intruder"), "does not accept our certificate"),
            (try await call(engine, identity: nil), "does not accept our certificate"),
            (try await call(plain), "does not speak TLS"),
        ]
        for (error, words) in cases {
            #expect(error?.description.contains(words) == true, "\(String(describing: error)) is not: \(words)")
            #expect(error?.driverError.code == .unreachable && error?.driverError.help != nil)
        }
        #expect(engine.requests.isEmpty && stranger.requests.isEmpty)
        for engine in [engine, stranger, plain] { await engine.stop() }
    }

    @Test("files that hold no certificate are told by their names")
    func badFiles() async throws {
        let engine = try await start("server")
        try folder.write("broken.pem", "-----BEGIN CERTIFICATE-----\nsecretword\n")
        try folder.write("broken-key.pem", "secretword")
        let error = try #require(try await call(engine, identity: "broken"))
        #expect(error.description.contains("cert.pem") && !error.description.contains("secretword"))
        await engine.stop()
    }

    @Test("an engine in plain text is reached when that is asked for")
    func plainText() async throws {
        let engine = try await FakeEngine.start(tls: nil) { $0.uri == "/_ping" ? nil : .json(200, "{}") }
        let locator = EngineLocator(
            settings: .init(host: "tcp://127.0.0.1:\(engine.port)", insecure: true),
            environment: [:]
        )
        let client = EngineClient(try locator.locate(), environment: [:])
        #expect(try await client.get("/info") == .object([]))
        await client.close()
        await engine.stop()
        let again = EngineClient(try locator.locate(), environment: [:])
        let error = await #expect(throws: EngineError.self) { try await again.get("/info") }
        #expect(error?.description.contains("connection refused") == true)
        await again.close()
    }
}
