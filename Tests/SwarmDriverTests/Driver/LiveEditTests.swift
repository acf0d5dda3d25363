import Drivers
import ResourceModel
import Testing

@testable import SwarmDriver

@Suite("Edits behind orchplan's back", PrivateEngine.isWanted, .timeLimit(.minutes(2)))
struct LiveEditTests {
    private func define(_ level: String, version: Int) -> Operation {
        let address = ResourceAddress(.service, "edited")
        var spec = ServiceSpec()
        spec.image = "orchplan/test:1"
        spec.replicas = 0
        spec.environment["LEVEL"] = .text(level)
        let labels = OwnershipLabels(
            project: "edits",
            address: address,
            fingerprint: Fingerprint(text: "f\(version)"),
            operation: "edit-\(version)"
        )
        let definition = ServiceDefinition(
            resource: Resource(address: address, spec: .service(spec)),
            spec: spec,
            template: Fingerprint(text: "t\(version)"),
            replicas: 0,
            update: spec.effectiveUpdate,
            rollback: spec.effectiveRollback
        )
        return Operation(id: labels.operation, labels: labels, action: .defineService(definition))
    }

    @Test("what somebody changes after the look that a plan was made from is not overwritten, and told by the next")
    func race() async throws {
        let engine = try await PrivateEngine.started()
        let driver = engine.driver(project: "edits")
        let address = ResourceAddress(.service, "edited")
        _ = try await driver.perform(define("one", version: 1))
        _ = try await driver.inventory(ports: [])
        let live = try #require(try await driver.service(address))
        try await edit(live, engine, "LEVEL=by-hand")
        await #expect { _ = try await driver.perform(define("two", version: 2)) } throws: {
            ($0 as? DriverError)?.code == .conflict
        }
        #expect(try await level(driver) == "LEVEL=by-hand")
        // Whoever has looked again knows what is replaced.
        _ = try await driver.inventory(ports: [])
        _ = try await driver.perform(define("two", version: 2))
        #expect(try await level(driver) == "LEVEL=two")
        _ = try await driver.removeService("edited")
        await driver.client.close()
    }

    private func level(_ driver: SwarmDriver) async throws -> String? {
        let live = try await driver.service(ResourceAddress(.service, "edited"))
        return live?.at("Spec", "TaskTemplate", "ContainerSpec", "Env")?.array?.first?.string
    }

    private func edit(_ live: CanonicalValue, _ engine: PrivateEngine.Running, _ text: String) async throws {
        let id = try #require(live["ID"]?.string)
        let version = try #require(live.at("Version", "Index")?.wholeNumber)
        let spec = try #require(live["Spec"])
        let body = spec.replacing(["TaskTemplate", "ContainerSpec", "Env"], with: .array([.string(text)]))
        let client = engine.client
        _ = try await client.post("/services/\(id)/update", [EngineQueryItem("version", "\(version)")], body: body)
        await client.close()
    }
}
