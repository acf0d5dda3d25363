import Drivers
import ResourceModel
import Testing

@testable import SwarmDriver

/// What stands between orchplan and an engine, or in an engine's place, may answer anything.
@Suite("Answers of no real engine")
struct StrangeAnswerTests {
    private func with(
        _ script: @escaping FakeEngine.Script,
        _ body: (SwarmDriver) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let engine = try await FakeEngine.start(socket: "\(folder.path)/d.sock", script)
        let located = LocatedEngine(endpoint: .unix(path: "\(folder.path)/d.sock"), origin: "a test")
        let driver = SwarmDriver(project: "shop", engine: located, environment: [:])
        try await body(driver)
        await driver.client.close()
        await engine.stop()
    }

    @Test(
        "what is no list is an error, and never an empty cluster",
        arguments: ["/services", "/networks", "/volumes", "/secrets", "/configs"],
        ["{}", "null", "", "{\"message\": \"soon\"}", "{\"Volumes\": {}}"]
    )
    func noList(path: String, answer: String) async throws {
        let script: FakeEngine.Script = { request in
            if request.uri.contains("/_ping") { return nil }
            if request.uri.contains(path) { return .json(200, answer) }
            return .json(200, request.uri.contains("/volumes") ? "{\"Volumes\": null}" : "[]")
        }
        try await with(script) { driver in
            let failure = await failure { () throws(DriverError) in _ = try await driver.inventory(ports: []) }
            #expect(failure?.message.contains("no list") == true, "\(String(describing: failure))")
        }
    }

    @Test("an engine that has nothing has nothing")
    func nothing() async throws {
        let script: FakeEngine.Script = { request in
            if request.uri.contains("/_ping") { return nil }
            return .json(200, request.uri.contains("/volumes") ? "{\"Volumes\": null}" : "[]")
        }
        try await with(script) { driver in
            let inventory = try await driver.inventory(ports: [])
            #expect(inventory.objects.isEmpty && inventory.services.isEmpty)
        }
    }

    @Test("a refusal that quotes a secret is told without it", arguments: ["hunter2-plain", "aHVudGVyMi1wbGFpbg=="])
    func quotedSecret(quote: String) async throws {
        var spec = SecretSpec()
        spec.source = .file("token.txt")
        let resource = Resource(address: ResourceAddress(.secret, "token"), spec: .secret(spec))
        let labels = OwnershipLabels(
            project: "shop",
            address: resource.address,
            fingerprint: Fingerprint(text: "f"),
            operation: "op-1"
        )
        let content = SecretBytes(Array("hunter2-plain".utf8))
        let action = OperationAction.createSecret(resource, name: "token-1", content: content)
        let script: FakeEngine.Script = { request in
            if request.uri.contains("/_ping") { return nil }
            if request.method == .POST { return .json(400, "{\"message\": \"cannot store \(quote) here\"}") }
            return .json(200, "[]")
        }
        try await with(script) { driver in
            let operation = Operation(id: "op-1", labels: labels, action: action)
            let failure = await failure { () throws(DriverError) in _ = try await driver.perform(operation) }
            #expect(failure?.message.contains("words that hold its content") == true)
            #expect(!"\(String(describing: failure))".contains(quote))
        }
    }

    private func failure(_ body: () async throws(DriverError) -> Void) async -> DriverError? {
        do throws(DriverError) { try await body() } catch { return error }
        return nil
    }
}
