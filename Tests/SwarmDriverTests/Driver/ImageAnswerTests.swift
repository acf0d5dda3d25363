import Foundation
import ResourceModel
import Testing

@testable import SwarmDriver

/// What a real engine finds out from registries on its own loopback.
@Suite("What registries tell of images", PrivateEngine.isWanted, .serialized, .timeLimit(.minutes(3)))
struct ImageAnswerTests {
    private func registry(_ words: String...) async throws {
        let folder = "/tmp/oe-\(getpid())"
        let result = try await TemporaryFolder.runSlowly([PrivateEngine.script, "registry", folder] + words)
        try #require(result.status == 0, "\(words): \(result.output)")
    }

    private func driver(_ engine: PrivateEngine.Running, _ environment: [String: String] = [:]) -> SwarmDriver {
        SwarmDriver(
            project: "images",
            engine: LocatedEngine(endpoint: .unix(path: engine.socket), origin: "a test"),
            environment: environment
        )
    }

    private func cause(_ answer: ImageAnswer?) -> RegistrySilence.Cause? {
        if case .silence(let silence)? = answer { silence.cause } else { nil }
    }

    @Test("a digest, or why there is none: no such image, no credentials, no registry, no name")
    func answers() async throws {
        let engine = try await PrivateEngine.started()
        try await registry("start", "5000")
        try await registry("start", "5001", "--user", "me:pass")
        let docker = ["docker", "--host", "unix://\(engine.socket)"]
        for words in [["tag", "orchplan/test:1", "127.0.0.1:5000/app:1"], ["push", "127.0.0.1:5000/app:1"]] {
            #expect(try await TemporaryFolder.runSlowly(docker + words).status == 0)
        }
        let images = [
            "127.0.0.1:5000/app:1", "127.0.0.1:5000/app:none", "127.0.0.1:5001/app:1", "127.0.0.1:5999/a",
            "127.0.0.1:5999/b", "127.0.0.1:5999/c", "127.0.0.1:5999/d", "127.0.0.1:5999/e", "127.0.0.1:5999/f", "a b",
        ]
        let stranger = driver(engine)
        let answers = await stranger.answers(onImages: images)
        #expect(Set(answers.keys) == Set(images))
        guard case .digest(let digest)? = answers["127.0.0.1:5000/app:1"] else {
            Issue.record("\(answers)")
            return
        }
        #expect(digest.hasPrefix("sha256:") && digest.utf8.count == 71)
        #expect(cause(answers["127.0.0.1:5000/app:none"]) == .missing)
        #expect(cause(answers["127.0.0.1:5001/app:1"]) == .refused)
        #expect(cause(answers["127.0.0.1:5999/a"]) == .unreachable)
        #expect(Set(["a", "b", "c", "d", "e", "f"].map { answers["127.0.0.1:5999/\($0)"] }).count == 1)
        #expect(cause(answers["a b"]) == .unasked)
        await stranger.client.close()

        // Whoever has credentials is told, and a digest alone finds the image again.
        let proof = Data("me:pass".utf8).base64EncodedString()
        let known = driver(
            engine,
            ["DOCKER_AUTH_CONFIG": #"{"auths":{"127.0.0.1:5001":{"auth":"\#(proof)"}}}"#]
        )
        #expect(await known.answers(onImages: ["127.0.0.1:5001/app:1"]).values.first == .digest(digest))
        await known.client.close()
        let broken = driver(engine, ["DOCKER_AUTH_CONFIG": "no JSON"])
        #expect(cause(await broken.answers(onImages: ["127.0.0.1:5001/app:1"]).values.first) == .unasked)
        await broken.client.close()
        try await registry("stop", "5001")

        // A registry that hangs costs one deadline, however many of its images there are.
        try await registry("pause", "5000")
        let client = engine.client
        let hasty = RegistryInquiry(
            client: client,
            credentials: RegistryCredentials(environment: [:]),
            limit: .milliseconds(300)
        )
        let many = (1...40).map { "127.0.0.1:5000/app:\($0)" }
        let hung = await hasty.answers(many)
        #expect(hung.count == 40 && hung.values.allSatisfy { cause($0) == .unreachable })
        #expect(Set(hung.values).count == 1)
        await client.close()
        try await registry("stop", "5000")
    }
}
