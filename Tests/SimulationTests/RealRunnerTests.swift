import Applying
import Drivers
import Foundation
import Planning
import Plans
import ResourceModel
import Simulation
import StateDatabase
import StateStores
import Testing

/// The simulation's own loop and the real one come to the same end: `ApplyRunner`, the embedded database, a virtual clock.
@Suite("The real runner beside the simulation", .timeLimit(.minutes(5)))
struct RealRunnerTests {
    private struct Secrets: SecretProviding {
        var project: Project

        func content(of name: String, spec: SecretSpec) async throws(DriverError) -> SecretBytes {
            SecretBytes(project.content(of: name))
        }
    }

    @Test("Whatever is declared, both end with the same records and the same cluster", arguments: 0..<24)
    func sameEnd(_ seed: Int) async throws {
        let scenario = Scenario.draw(seed: UInt64(seed), faults: []).calm
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sim-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let world = World(scenario)
        let new = RecordedState(project: "shop", lineage: "lineage-\(seed)", serial: 0, key: world.key)
        let store = try SQLiteStateStore.initialise(path: directory.appendingPathComponent("state.db").path, new)
        let time = VirtualTime()
        let driver = SimulatedDriver(World.options(scenario), time: time)
        try await time.run {
            for act in scenario.acts {
                try await apply(act, store, driver, time)
                try await time.sleep(for: .seconds(15))
            }
        }
        let records = try await store.snapshot().resources
        let cluster = await driver.snapshot()
        #expect(EndState(records: records, inventory: cluster.inventory()) == Simulator.endState(scenario))
    }

    private func apply(
        _ act: Act,
        _ store: SQLiteStateStore,
        _ driver: SimulatedDriver,
        _ time: VirtualTime
    ) async throws {
        let grant = try await store.acquireLock(
            LockRequest(
                id: "lock",
                holder: "me",
                host: "here",
                pid: 1,
                bootID: "boot",
                startTicks: 1,
                operation: "apply",
                now: Timestamp(milliseconds: 0)
            )
        )
        let recorded = try await store.snapshot()
        let fingerprinter = Fingerprinter(key: recorded.key)
        var options = PlanOptions()
        options.batch = act.command.batch
        options.deleteVolumes = act.command.deleteVolumes
        let input = PlanInput(
            graph: ResourceGraph.build(project: "shop", resources: act.declared.resources).0,
            secrets: SecretDigests(act.declared.digests(fingerprinter)),
            recorded: recorded,
            inventory: try await driver.inventory(ports: []),
            capabilities: driver.capabilities,
            options: options,
            now: Timestamp(milliseconds: Int64(time.now / .milliseconds(1)))
        )
        if let plan = Planner.plan(input).plan, !plan.hasErrors, !plan.isEmpty {
            let request = ApplyRequest(
                plan: plan,
                planDigest: plan.digest(fingerprinter).text,
                desired: plan.desiredState(after: recorded),
                author: "me@here",
                grant: grant
            )
            let runner = ApplyRunner(
                driver: driver,
                store: store,
                secrets: Secrets(project: act.declared),
                time: time,
                wallTime: { Timestamp(milliseconds: 0) }
            )
            let conclusion = try await runner.apply(request) { _ in }
            #expect(conclusion.report.outcome == .converged)
        }
        try await store.releaseLock(grant)
    }
}
