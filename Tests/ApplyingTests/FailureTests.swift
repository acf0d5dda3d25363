import Applying
import Drivers
import Plans
import ResourceModel
import StateStores
import Testing

@Suite("Failures, interrupts and limits")
struct FailureTests {
    @Test("One failure skips its dependents, lets its batch finish and starts no later batch")
    func oneFailure() throws {
        var shop = failingShop(faults: [SimulatedFault(.error(.occupied), kind: .defineService, name: "db")])
        shop.service("cache")
        shop.service("db")
        shop.service("other", replicas: 1, depends(on: "cache"))
        shop.service("web", replicas: 1, depends(on: "db"))
        let plan = try shop.plan()
        let simulation = try shop.apply()
        let report = try #require(simulation.report)
        let results = Dictionary(uniqueKeysWithValues: zip(plan.steps.map(\.address.name), report.results))
        let failed = try #require(plan.steps.firstIndex { $0.address.name == "db" })
        #expect(report.outcome == .failed)
        #expect(results["cache"] == .done)
        #expect(results["db"] == .failed(message: "defineService db failed", help: nil, logs: []))
        #expect(results["web"] == .skipped(.needs(step: failed)))
        #expect(results["other"] == .skipped(.earlierFailure))
        #expect(shop.journal.open.isEmpty)
        #expect(shop.journal.state.resources.map(\.address.name) == ["cache"])

        // The next run does only the rest.
        shop.cluster = shop.cluster.behaving(SimulationOptions(seed: 3))
        #expect(try shop.plan().steps.map(\.address.name) == ["db", "other", "web"].filter { $0 != "cache" })
        #expect(try shop.apply().report?.outcome == .converged)
        #expect(try shop.plan().isEmpty)
    }

    @Test("A new service that keeps crashing fails with the last words of its instance")
    func crashLoop() throws {
        let crash = InstanceBehaviour(.ends(status: 2, after: .milliseconds(50), times: nil))
        var shop = failingShop(rules: [BehaviourRule(service: "web", crash)])
        shop.service("web")
        let simulation = try shop.apply()
        guard case .failed(let message, _, let logs) = simulation.report?.results.first else {
            Issue.record("\(String(describing: simulation.report))")
            return
        }
        #expect(message.hasSuffix("was restarted 3 times; it ended last with exit status 2"))
        #expect(logs == ["last words of web.1"])
    }

    /// A shop in which `web` was created once, in vain: its first instance is good and its second crashes for ever.
    private func unfinished() throws -> Shop {
        let crash = InstanceBehaviour(.ends(status: 2, after: .milliseconds(50), times: nil))
        var shop = failingShop(rules: [BehaviourRule(service: "web", slot: 2, crash)])
        shop.object(.network, "front")
        shop.service("db")
        shop.service("web", replicas: 2) { $0.networks = [NetworkAttachment(network: "front")] }
        #expect(try shop.apply().report?.outcome == .failed)
        shop.settle()
        return shop
    }

    @Test("A creation that did not finish is planned as one again, keeps what is good, and is judged anew")
    func unfinishedAgain() throws {
        var shop = try unfinished()
        let good = try #require(shop.cluster.observe("web")?.instances.first { $0.isHealthy }?.id)
        let step = try #require(try shop.plan().steps.first)
        #expect(step.address.name == "web" && step.action == .create && step.reasons == [.unfinished])
        #expect(step.after != nil && step.rollout?.kept == 1 && step.rollout?.replacements.map(\.slot) == [2])
        // What still crashes is no success, however often it is tried.
        #expect(try shop.apply().report?.outcome == .failed)
        shop.cluster = shop.cluster.behaving(SimulationOptions(seed: 3))
        #expect(try shop.apply().report?.outcome == .converged)
        #expect(shop.isConverged("web", replicas: 2))
        #expect(try #require(shop.cluster.observe("web")).instances.contains { $0.id == good })
        #expect(try shop.plan().isEmpty)
        #expect(shop.journal.state.attempted.isEmpty)
    }

    @Test("A changed declaration replaces what a failed creation left")
    func unfinishedAndChanged() throws {
        var shop = try unfinished()
        shop.cluster = shop.cluster.behaving(SimulationOptions(seed: 3))
        shop.service("web", replicas: 2) { $0.command = ["sleep", "3"] }
        #expect(try shop.plan().steps.first { $0.address.name == "web" }?.action == .create)
        #expect(try shop.apply().report?.outcome == .converged)
        #expect(shop.isConverged("web", replicas: 2))
    }

    @Test("What a failed creation left goes with its manifest, before the network that it uses")
    func unfinishedAndGone() throws {
        var shop = try unfinished()
        shop.resources.removeAll { ["web", "front"].contains($0.address.name) }
        let plan = try shop.plan()
        #expect(plan.findings.isEmpty)
        #expect(plan.steps.map(\.address.name) == ["web", "front"])
        #expect(plan.steps.first?.reasons == [.notDeclared, .unfinished])
        #expect(try shop.apply().report?.outcome == .converged)
        #expect(shop.cluster.observe("web") == nil)
        #expect(shop.journal.state.attempted.isEmpty)
        #expect(try shop.plan().isEmpty)
    }

    @Test("What this state knows nothing of is left alone")
    func stranger() throws {
        var shop = try unfinished()
        shop.journal = .empty()
        shop.resources.removeAll { $0.address.name != "db" }
        let plan = try shop.plan()
        #expect(plan.findings.map(\.code) == ["OP3103", "OP3103"])
        #expect(plan.findings.last?.help?.contains("orchplan destroy --target service/web") == true)
        // A service that is declared and there, but not recorded, is taken over as it is.
        #expect(plan.steps.map(\.action) == [.record])
        // Nor does taking everything down mean it, unless it is named.
        shop.journal.state.resources = []
        shop.options.destroy = true
        #expect(try shop.plan().steps.isEmpty)
        #expect(try shop.plan().findings.contains { $0.code == "OP3103" && $0.address.name == "web" })
        shop.options.targets = [ResourceAddress(.service, "web")]
        #expect(try shop.plan().steps.map(\.address) == shop.options.targets)
    }

    @Test("An instance that gets no second try fails with its status and its last words", arguments: [true, false])
    func noSecondTry(_ isProbed: Bool) throws {
        var once = RestartPolicy(condition: .any)
        once.maxAttempts = 0
        for restart in [RestartPolicy(condition: .none), once] {
            let crash = InstanceBehaviour(.ends(status: 4, after: .milliseconds(50), times: nil))
            var shop = failingShop(rules: [BehaviourRule(service: "web", crash)])
            shop.service("web") {
                $0.restart = restart
                if !isProbed { $0.healthcheck = nil }
            }
            guard case .failed(let message, _, let logs) = try shop.apply().report?.results.first else {
                Issue.record("it did not fail")
                return
            }
            #expect(message.hasSuffix("failed with exit status 4"))
            #expect(logs == ["last words of web.1"])
        }
    }

    @Test("A rollout that a health check fails says so, not how the instance took being stopped")
    func unhealthyRollout() throws {
        var shop = failingShop()
        shop.service("web")
        try shop.apply()
        var options = SimulationOptions(seed: 3)
        options.rules = [BehaviourRule(service: "web", InstanceBehaviour(.sickens(after: .seconds(1))))]
        shop.cluster = shop.cluster.behaving(options)
        shop.service("web") { $0.command = ["sleep", "2000"] }
        guard case .paused(let message, _) = try shop.apply().report?.results.first else {
            Issue.record("it did not pause")
            return
        }
        #expect(message.hasSuffix("ended: unhealthy: GET /healthz answered 500, so it was stopped"))
    }

    @Test("A service may stumble twice while what it talks to comes up")
    func stumble() throws {
        let stumble = InstanceBehaviour(.ends(status: 2, after: .milliseconds(50), times: 2))
        var shop = failingShop(rules: [BehaviourRule(service: "web", stumble)])
        shop.service("web", replicas: 2)
        #expect(try shop.apply().report?.outcome == .converged)
    }

    @Test("A failed job fails its step, and what needs it never starts")
    func failedJob() throws {
        let end = InstanceBehaviour(.ends(status: 1, after: .seconds(1), times: nil))
        var shop = failingShop(rules: [BehaviourRule(service: "setup", end)])
        shop.service("setup") {
            $0.mode = .replicatedJob
            $0.healthcheck = nil
            $0.restart = RestartPolicy(condition: .none)
        }
        shop.service("web") { $0.dependsOn = [ServiceDependency(service: "setup", condition: .completed)] }
        let report = try shop.apply().report
        #expect(report?.outcome == .failed)
        #expect(report?.results.last == .skipped(.needs(step: 0)))
    }

    @Test(
        "Passing errors and lost answers are retried under the same id and double nothing",
        arguments: [DriverError.Code.transient, .unknownOutcome, .unreachable],
        OperationKind.allCases.filter { $0 != .updateObject }
    )
    func retries(_ code: DriverError.Code, _ kind: OperationKind) throws {
        var shop = failingShop()
        shop.object(.network, "front")
        shop.object(.secret, "old")
        shop.service("gone")
        shop.service("web", replicas: 2)
        try shop.apply()
        shop.resources.removeAll { ["gone", "old"].contains($0.address.name) }
        shop.service("web", replicas: 2) { $0.command = ["sleep", "2000"] }
        shop.object(.config, "settings")
        shop.object(.secret, "new")
        var options = SimulationOptions(seed: 3)
        options.faults = [
            SimulatedFault(.errorButDone(code), kind: kind, nth: 1), SimulatedFault(.error(code), kind: kind, nth: 2),
        ]
        shop.cluster = shop.cluster.behaving(options)
        #expect(try shop.apply().report?.outcome == .converged)
        #expect(shop.isConverged("web", replicas: 2))
        #expect(try shop.plan().isEmpty)
    }

    @Test("A passing error that does not pass fails the step after five tries")
    func boundedRetries() throws {
        var shop = failingShop(faults: [SimulatedFault(.error(.transient), kind: .createObject)])
        shop.object(.network, "front")
        let simulation = try shop.apply()
        #expect(simulation.report?.outcome == .failed)
        #expect(simulation.trace.count { $0.hasPrefix("perform") } == 5)
        let troubles = simulation.progress.compactMap { news -> String? in
            if case .stepStatus(_, let status) = news { status.trouble } else { nil }
        }
        #expect(troubles == ["createObject front failed"], "it is told why nothing moves, once")
    }

    @Test("A driver that never answers is given up at the deadline, and the operation is left to the next run")
    func hang() throws {
        var shop = failingShop(faults: [SimulatedFault(.hang(isDone: true), kind: .startInstance)])
        shop.service("web")
        let simulation = try shop.apply()
        #expect(simulation.report?.outcome == .timedOut)
        #expect(try #require(simulation.report).elapsed >= .seconds(600))
        #expect(shop.journal.open.map(\.action) == ["start instance web.1"])
        shop.resolve()
        #expect(shop.journal.open.isEmpty)
        #expect(shop.journal.operations.values.allSatisfy { $0.outcome == .done })
    }

    @Test("Waiting for health ends at the deadline, which progress puts off")
    func deadline() throws {
        let slow = InstanceBehaviour(.steady)
        var rules: [BehaviourRule] = []
        for slot in 1...3 {
            var behaviour = slow
            behaviour.healthTime = .seconds(40 * slot)
            rules.append(BehaviourRule(service: "web", slot: slot, behaviour))
        }
        var patient = failingShop(rules: rules)
        patient.timeout = .seconds(60)
        patient.service("web", replicas: 3)
        #expect(try patient.apply().report?.outcome == .converged)

        var stuck = failingShop(rules: [BehaviourRule(service: "web", slot: 2, InstanceBehaviour(.neverHealthy))])
        stuck.timeout = .seconds(60)
        stuck.service("web", replicas: 3)
        let report = try #require(try stuck.apply().report)
        #expect(report.outcome == .timedOut)
        #expect(
            report.results == [
                .timedOut(
                    message: "no progress for 1m: 2 of 3 instances healthy",
                    logs: ["last words of web.2"]
                )
            ]
        )
    }

    @Test("A plan that is stale anywhere is refused before anything starts, naming what moved")
    func stale() throws {
        var shop = failingShop()
        shop.service("a")
        shop.service("b")
        try shop.apply()
        shop.service("a") { $0.command = ["sleep", "2"] }
        shop.service("b") { $0.command = ["sleep", "2"] }
        let plan = try shop.plan()
        let index = try #require(shop.journal.state.resources.firstIndex { $0.address.name == "b" })
        shop.journal.state.resources[index].revision += 1
        var simulation = Simulation(plan: plan, cluster: shop.cluster, journal: shop.journal)
        simulation.run()
        let moved = ResourceAddress(.service, "b")
        #expect(simulation.report?.outcome == .stale(moved))
        #expect(simulation.report?.results.contains(.stale(moved)) == true)
        #expect(simulation.trace == ["finish"])
        // A change elsewhere does not matter.
        shop.journal.state.resources[index].revision -= 1
        shop.journal.state.serial += 5
        simulation = Simulation(plan: plan, cluster: shop.cluster, journal: shop.journal)
        #expect(simulation.run()?.outcome == .converged)
    }

    @Test("When the store fails nothing new is started and the loss is told", arguments: 1...9)
    func storeFailure(_ write: Int) throws {
        var shop = failingShop()
        shop.object(.network, "front")
        shop.service("db")
        shop.service("web", replicas: 1, depends(on: "db"))
        shop.journal.fails = { $0 >= write }
        let simulation = try shop.apply()
        #expect(simulation.report?.outcome == .failed)
        let done = simulation.trace.count { $0.hasPrefix("outcome") && !$0.contains("failed") }
        #expect(simulation.machine.unsaved.count <= done)
        let announced = shop.journal.open.count
        #expect(simulation.machine.unsaved.count == announced)
        // With the store back, the next run repairs everything.
        shop.journal.fails = nil
        shop.settle()
        shop.resolve()
        #expect(try shop.apply().report?.outcome == .converged)
        #expect(try shop.plan().isEmpty)
        #expect(shop.isConverged("web", replicas: 1))
    }

    @Test("A lost driver ends the apply and leaves its operations to be looked up")
    func driverLost() throws {
        var shop = failingShop(faults: [SimulatedFault(.hang(isDone: false), kind: .startInstance)])
        shop.service("web")
        let simulation = try shop.apply {
            $0.inject(.driverLost(DriverError(.unreachable, "the agent is gone")), after: .seconds(1))
        }
        #expect(simulation.report?.results == [.failed(message: "the agent is gone", help: nil, logs: [])])
        #expect(shop.journal.open.map(\.outcome) == [.unknown])
    }
}
