import Applying
import Drivers
import Plans
import ResourceModel
import StateStores
import Testing

/// What comes of a rollout that the cluster runs itself, by SwarmKit's rules, up to the exit code.
@Suite("Native rollouts")
struct NativeRolloutTests {
    /// How the new instances of an update behave, what its policy says of failures, and what is to come of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var onFailure: FailureAction
        var course: InstanceBehaviour.Course
        /// Whether the old definition fails as well once it is started again.
        var isBackBroken = false
        var exitCode: Int32
        /// What the result of the step says.
        var says: String
        /// Whether the cluster ends up with the new definition.
        var isNew: Bool
    }

    private static let crashes = InstanceBehaviour.Course.ends(status: 1, after: .milliseconds(100), times: nil)
    static let cases = [
        Case(
            testDescription: "paused: stands half done, exit 6",
            onFailure: .pause,
            course: crashes,
            exitCode: 6,
            says: "paused",
            isNew: true
        ),
        Case(
            testDescription: "rolled back: the old definition serves again, exit 5",
            onFailure: .rollback,
            course: crashes,
            exitCode: 5,
            says: "rolledBack",
            isNew: false
        ),
        Case(
            testDescription: "a rollback that fails is never rolled back: it is paused, exit 6",
            onFailure: .rollback,
            course: crashes,
            isBackBroken: true,
            exitCode: 6,
            says: "paused",
            isNew: false
        ),
        Case(
            testDescription: "continue: one that fails once and comes up after all has converged, exit 0",
            onFailure: .continue,
            course: .ends(status: 1, after: .milliseconds(100), times: 1),
            exitCode: 0,
            says: "done",
            isNew: true
        ),
        Case(
            testDescription: "continue: one that never comes up is given up at the deadline, exit 6",
            onFailure: .continue,
            course: crashes,
            exitCode: 6,
            says: "no progress for 1m: 0 of 3 instances healthy",
            isNew: true
        ),
        Case(
            testDescription: "never healthy and never failing: given up at the deadline, exit 6",
            onFailure: .pause,
            course: .neverHealthy,
            exitCode: 6,
            says: "no progress for 1m: 0 of 3 instances healthy",
            isNew: true
        ),
    ]

    /// Three instances that serve, and an update of them that the cluster is going to roll out.
    private func shop(_ example: Case) throws -> Shop {
        var options = SimulationOptions(seed: 1)
        options.nativeRollout = true
        var shop = Shop(options)
        shop.timeout = .seconds(60)
        shop.service("web", replicas: 3)
        #expect(try shop.apply().report?.outcome == .converged)
        let old = try #require(shop.cluster.observe("web")?.template)
        shop.service("web", replicas: 3) {
            $0.command = ["false"]
            $0.update = .with(onFailure: example.onFailure)
        }
        let new = try #require(try shop.plan().steps.first?.rollout?.template)
        options.rules = [BehaviourRule(template: new, InstanceBehaviour(example.course))]
        if example.isBackBroken { options.rules.append(BehaviourRule(template: old, InstanceBehaviour(Self.crashes))) }
        shop.cluster = shop.cluster.behaving(options)
        return shop
    }

    @Test("end as their policy says, and the exit code tells", arguments: cases)
    func ends(_ example: Case) throws {
        var shop = try shop(example)
        let before = shop.journal.state.resources
        let old = shop.cluster.observe("web")?.template
        let simulation = try shop.apply()
        let report = try #require(simulation.report)
        #expect(report.outcome.exitCode == example.exitCode)
        #expect("\(report.results)".contains(example.says), "\(report.results)")
        #expect((shop.cluster.observe("web")?.template != old) == example.isNew)
        // Only what has converged is recorded: the next plan sees the rest as it is.
        #expect((shop.journal.state.resources == before) == (example.exitCode != 0))
        #expect(shop.journal.open.isEmpty)
    }

    @Test("that lose their service have failed, exit 1")
    func disappears() throws {
        var shop = try shop(Self.cases[5])
        let report = try #require(try shop.apply { $0.inject(.observed("web", nil), after: .seconds(5)) }.report)
        #expect(report.outcome.exitCode == 1)
        #expect("\(report.results)".contains("the service disappeared while it was rolled out"))
    }

    @Test("that are paused say so in the next plan, as declared, changed once more, or taken back")
    func pausedPlans() throws {
        var shop = try shop(Self.cases[0])
        #expect(try shop.apply().report?.outcome == .paused)
        func reasons(_ command: [String]) throws -> [String] {
            var next = shop
            next.service("web", replicas: 3) { $0.command = command }
            return try next.plan().steps.flatMap(\.reasons).map(\.text)
        }
        for command in [["false"], ["true"], ["sleep", "1000"]] {
            let found = try reasons(command)
            #expect(found.contains { $0.contains("its rollout is paused: ") }, "\(command): \(found)")
        }
    }

    @Test("that were interrupted are this record's own, and nobody is said to have changed them outside")
    func interrupted() throws {
        var options = SimulationOptions(seed: 1)
        options.nativeRollout = true
        var shop = Shop(options)
        shop.service("web", replicas: 3)
        try shop.apply()
        let before = shop.resources
        shop.service("web", replicas: 3) { $0.command = ["sleep", "2000"] }
        #expect(try shop.apply { $0.inject(.interrupted, after: .seconds(1)) }.report?.outcome == .interrupted)
        shop.settle()
        shop.resources = before
        let drift = try shop.plan().drift.map(\.description)
        #expect(drift == ["it has the definition of revision 2, which did not come to its end"])
        shop.journal.state.latestPlans = [:]
        #expect(try shop.plan().drift.map(\.description) == ["its definition was changed outside orchplan"])
    }

    @Test("that lose their driver say so while they wait, and since when at the end")
    func silence() throws {
        var shop = try shop(Self.cases[5])
        let lost = DriverError(.unreachable, "cannot reach the engine at unix:///d.sock: connection refused")
        let simulation = try shop.apply { simulation in
            for second in 20..<400 { simulation.inject(.watchFailed("web", lost), after: .seconds(second)) }
            // What the cluster would have told, nobody hears.
            simulation.deafens(after: .seconds(20))
        }
        let report = try #require(simulation.report)
        #expect(report.outcome == .timedOut)
        guard case .timedOut(let message, _) = report.results.first else {
            Issue.record("\(report.results)")
            return
        }
        #expect(message.contains("no progress for 1m: 0 of 3 instances healthy; no answer for the last "))
        #expect(message.hasSuffix("cannot reach the engine at unix:///d.sock: connection refused"))
        let last = simulation.progress
            .compactMap { news -> StepStatus? in
                if case .stepStatus(_, let status) = news { status } else { nil }
            }
            .last
        #expect(last?.trouble == lost.message && last?.isSilent == true, "the view must not look as if all went on")
    }

    @Test("tell how many instances are new and how many serve, old ones included", arguments: [true, false])
    func progress(_ isNative: Bool) throws {
        var options = SimulationOptions(seed: 1)
        options.nativeRollout = isNative
        var shop = Shop(options)
        shop.service("web", replicas: 3)
        try shop.apply()
        shop.service("web", replicas: 3) { $0.command = ["sleep", "2000"] }
        let seen = try shop.apply().progress
            .compactMap { news -> [Int?]? in
                guard case .stepStatus(_, let status) = news else { return nil }
                return [status.updated, status.ready, status.total]
            }
        #expect(seen.contains([0, 3, 3]) || seen.contains([0, 2, 3]), "the old ones count: \(seen)")
        // The cluster takes the next one down in the moment in which one is healthy; the machine looks in between.
        #expect(seen.contains([1, isNative ? 2 : 3, 3]), "\(seen)")
        #expect(seen.allSatisfy { ($0[1] ?? 2) >= 2 }, "one at a time is replaced: \(seen)")
        shop.service("api", replicas: 2)
        let created = try shop.apply().progress
            .compactMap { if case .stepStatus(_, let status) = $0 { status } else { nil } }
        #expect(!created.isEmpty && created.allSatisfy { $0.updated == nil }, "nothing served before a creation")
    }
}
