import Drivers
import Foundation
import OrchplanTestSupport
import ResourceModel
import Testing

@testable import SwarmDriver

@Suite("Credentials of registries are those of Docker's own client")
struct RegistryTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(
        "the registry of an image is found as Docker finds it",
        arguments: [
            ("nginx", "docker.io/library/nginx:latest"),
            ("nginx:1.27", "docker.io/library/nginx:1.27"),
            ("me/app", "docker.io/me/app:latest"),
            ("index.docker.io/me/app", "docker.io/me/app:latest"),
            ("localhost/app", "localhost/app:latest"),
            ("localhost:5000/app:2", "localhost:5000/app:2"),
            ("ghcr.io/a/b/c@sha256:00", "ghcr.io/a/b/c@sha256:00"),
            ("ghcr.io/a:1@sha256:00", "ghcr.io/a:1@sha256:00"),
            ("[::1]:5000/a", "[::1]:5000/a:latest"),
        ]
    )
    func references(_ text: String, _ full: String) {
        #expect(ImageReference(parsing: text)?.fullName == full)
    }

    @Test("what names no image is none", arguments: ["", ":1", "a:", "a@b", "a b", "/a", "h.io/", "a?b"])
    func badReferences(_ text: String) {
        #expect(ImageReference(parsing: text) == nil)
    }

    @Test("base 64 is read in every form and written for URLs", arguments: 0..<30)
    func base64(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = (0..<Int(seed)).map { _ in UInt8.random(in: 0...255, using: &random) }
        let standard = Data(bytes).base64EncodedString()
        #expect(Base64.decoded(standard) == bytes)
        #expect(Base64.decoded(standard.filter { $0 != "=" }) == bytes)
        let url = String(decoding: Base64.urlEncoded(bytes), as: UTF8.self)
        #expect(url == standard.replacing("+", with: "-").replacing("/", with: "_"))
        #expect(Base64.decoded("a b") == nil && Base64.decoded("a===a") == nil)
    }

    private func header(
        _ image: String,
        _ variables: [String: String] = [:],
        limit: Duration = .seconds(20)
    ) async throws -> CanonicalValue? {
        let path = "\(folder.path)/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        let environment = ["HOME": folder.path, "PATH": path].merging(variables) { $1 }
        let credentials = RegistryCredentials(environment: environment, helperLimit: limit)
        let reference = try #require(ImageReference(parsing: image))
        guard let found = try await credentials.authentication(for: reference) else { return nil }
        #expect(
            "\(found) \(String(reflecting: found)) \(Mirror(reflecting: found).children.count)"
                == "(sensitive) (sensitive) 0"
        )
        return try CanonicalReader.parse(#require(Base64.decoded(found.headerValue)))
    }

    private func stored(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    @Test("credentials in config.json")
    func storedCredentials() async throws {
        #expect(try await header("nginx") == nil)
        try folder.write(
            ".docker/config.json",
            """
            {"auths": {
                "https://index.docker.io/v1/": {"auth": "\(stored("me:pass:word\0"))"},
                "https://old.example/v2/": {"auth": "\(stored("old:o"))"},
                "token.example": {"auth": "\(stored("x:y"))", "identitytoken": "idt"},
                "localhost:5000": {"username": "u", "password": "p"},
                "empty.example": {},
                "bad.example": {"auth": "!secretword"}
            }}
            """
        )
        let hub = try await header("nginx")
        #expect(hub?["username"] == .string("me") && hub?["password"] == .string("pass:word"))
        #expect(hub?["serveraddress"] == .string("https://index.docker.io/v1/"))
        #expect(try await header("old.example/a")?["username"] == .string("old"))
        let token = try await header("token.example/a")
        #expect(token?["identitytoken"] == .string("idt") && token?["password"] == nil)
        #expect(try await header("localhost:5000/a")?["password"] == .string("p"))
        #expect(try await header("localhost:5001/a") == nil)
        #expect(try await header("empty.example/a") == nil)
        let error = try await #require(throws: EngineError.self) { try await header("bad.example/a") }
        #expect(!"\(error) \(error.driverError)".contains("secretword"))
        let auths = #"{"auths":{"token.example":{"auth":"\#(stored("ci:s"))"}}}"#
        let variables = ["DOCKER_AUTH_CONFIG": auths]
        #expect(try await header("token.example/a", variables)?["username"] == .string("ci"))
        #expect(try await header("nginx", variables)?["username"] == .string("me"))
        let broken = try await #require(throws: EngineError.self) {
            try await header("nginx", ["DOCKER_AUTH_CONFIG": "secretword"])
        }
        #expect(!broken.description.contains("secretword"))
    }

    @Test("credential helpers are asked, and only as long as they may take")
    func helpers() async throws {
        try folder.write(
            "bin/docker-credential-keys",
            """
            #!/bin/sh
            [ "$1" = get ] || exit 9
            read -r server
            case $server in
            https://index.docker.io/v1/) echo '{"ServerURL":"x","Username":"hub","Secret":"s"}' ;;
            token.example) echo '{"ServerURL":"x","Username":"<token>","Secret":"idt"}' ;;
            none.example) echo 'credentials not found in native keychain'; exit 1 ;;
            bad.example) echo 'secretword is not json' ;;
            locked.example) echo 'secretword'; exit 3 ;;
            esac
            """,
            executable: true
        )
        try folder.write("bin/docker-credential-slow", "#!/bin/sh\nexec sleep 60\n", executable: true)
        try folder.write(
            ".docker/config.json",
            """
            {"credsStore": "keys", "credHelpers": {"slow.example": "slow", "gone.example": "gone", "x.example": "../x"},
             "auths": {"none.example": {"auth": "\(stored("a:b"))"}}}
            """
        )
        #expect(try await header("nginx")?["username"] == .string("hub"))
        #expect(try await header("token.example/a")?["identitytoken"] == .string("idt"))
        // The helper is who knows: what is written beside it is of an older login.
        #expect(try await header("none.example/a") == nil)
        for registry in ["bad", "locked", "gone", "slow", "x"] {
            let limit: Duration = registry == "slow" ? .milliseconds(200) : .seconds(20)
            let start = ContinuousClock.now
            let error = try await #require(throws: EngineError.self) {
                try await header("\(registry).example/a", limit: limit)
            }
            #expect(ContinuousClock.now - start < .seconds(15))
            #expect(error.driverError.code == .environment && error.driverError.help != nil)
            #expect(!"\(error) \(error.driverError.help ?? "")".contains("secretword"))
        }
    }
}
