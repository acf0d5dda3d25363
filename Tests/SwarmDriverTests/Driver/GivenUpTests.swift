import Drivers
import ResourceModel
import Testing

@testable import SwarmDriver

@Suite(
    "Instances that the engine has given up, and holders that come late",
    PrivateEngine.isWanted,
    .serialized,
    .timeLimit(.minutes(2))
)
struct GivenUpTests {
    private let address = ResourceAddress(.service, "giving")

    private func define(_ operation: String, _ command: [String]) -> Operation {
        var spec = ServiceSpec()
        spec.image = "orchplan/test:1"
        spec.command = command
        spec.replicas = 2
        spec.restart = RestartPolicy(condition: .none)
        let labels = OwnershipLabels(
            project: "giving",
            address: address,
            fingerprint: Fingerprint(text: "f\(command.count)"),
            operation: operation
        )
        let definition = ServiceDefinition(
            resource: Resource(address: address, spec: .service(spec)),
            spec: spec,
            template: Fingerprint(text: "t\(command.count)"),
            replicas: 2,
            update: spec.effectiveUpdate,
            rollback: spec.effectiveRollback
        )
        return Operation(id: operation, labels: labels, action: .defineService(definition))
    }

    private func tasks(_ driver: SwarmDriver) async throws -> [EngineTask] {
        let live = try #require(try await driver.service(address))
        let tasks = try await driver.client.list("/tasks", [EngineFilter.resource(address, "giving").item])
        return EngineReading.ownTasks(live, tasks)
    }

    /// Asks until it is so; the test's time limit ends it otherwise.
    private func waits(_ condition: () async throws -> Bool) async throws {
        while try await !condition() { try await Task.sleep(for: .milliseconds(100)) }
    }

    @Test("what ended and is not restarted is tried again by the next definition, and only then")
    func triedAgain() async throws {
        let engine = try await PrivateEngine.started()
        let driver = engine.driver(project: "giving")
        let ends = ["sh", "-c", "exit 3"]
        _ = try await driver.perform(define("giving-1", ends))
        try await waits { try await tasks(driver).count { $0.state == .failed } == 2 }
        let first = Set(try await tasks(driver).map(\.id))
        // The same operation again is a repetition and changes nothing.
        _ = try await driver.perform(define("giving-1", ends))
        #expect(Set(try await tasks(driver).map(\.id)) == first)
        let again = try await driver.perform(define("giving-2", ends))
        #expect(!again.wasAlreadyDone)
        try await waits { try await tasks(driver).count { !first.contains($0.id) } >= 1 }
        // What runs is left alone by a definition that changes nothing.
        let runs = ["sleep", "1000"]
        _ = try await driver.perform(define("giving-3", runs))
        try await waits { try await tasks(driver).count { $0.isWanted && $0.state == .running } == 2 }
        let running = Set(try await tasks(driver).filter { $0.state == .running }.map(\.id))
        #expect(try await driver.perform(define("giving-4", runs)).wasAlreadyDone)
        #expect(Set(try await tasks(driver).filter { $0.state == .running && $0.isWanted }.map(\.id)) == running)
        _ = try await driver.removeService("giving")
        await driver.client.close()
    }

    @Test("who wakes up late removes no service that another run has defined since")
    func lateRemoval() async throws {
        let engine = try await PrivateEngine.started()
        let (late, next) = (engine.driver(project: "giving"), engine.driver(project: "giving"))
        _ = try await late.perform(define("late-1", ["sleep", "1000"]))
        _ = try await late.inventory(ports: [])
        _ = try await next.inventory(ports: [])
        _ = try await next.perform(define("late-2", ["sleep", "1000", "1"]))
        await #expect { _ = try await late.removeService("giving") } throws: {
            ($0 as? DriverError)?.code == .conflict
        }
        #expect(try await next.service(address) != nil)
        _ = try await next.removeService("giving")
        await late.client.close()
        await next.client.close()
    }
}
