import ResourceModel
import StateStores

extension StateStoreConformance {
    static let history: [Case] = [
        Case(description: "revisions count from 1, keep their desired state and list the newest first") { maker in
            let store = try await make(maker)
            let grant = try await store.acquireLock(request("a"))
            let shared = #"{"image":"a"}"#
            let first = try await store.beginRevision(revision(plan: "p1", desired: [shared, "{}", shared]), grant)
            try await store.endRevision(
                first,
                outcome: .timedOut,
                summary: "0 added; 1 timed out",
                at: Timestamp(milliseconds: 9),
                grant
            )
            let second = try await store.beginRevision(revision(plan: "p2", desired: ["{}", shared]), grant)
            try require(first == 1 && second == 2, "numbers grow by one")
            let read = try await store.revision(1)
            try require(read?.desired.map(\.text) == [shared, "{}", shared], "the desired state keeps its order")
            try require(read?.outcome == .timedOut && read?.finishedAt?.milliseconds == 9, "it ended")
            try require(read?.author == "ann@host", "it says who")
            try require(read?.summary == "0 added; 1 timed out", "it says what was done, not what was planned")
            let listed = try await store.revisions(limit: 10)
            try require(listed.map(\.number) == [2, 1], "the newest comes first")
            try require(listed.first?.summary == "1 added", "what runs says what was planned")
            try require(listed.allSatisfy(\.desired.isEmpty), "a list leaves the desired states out")
            try require(listed.first?.outcome == .running && listed.first?.finishedAt == nil, "the last one runs")
            try require(try await store.revisions(limit: 1).map(\.number) == [2], "the limit holds")
            try require(try await store.revisions(limit: 0).isEmpty, "a limit of none gives none")
            for number in [0, -1, 3, Int.max] {
                try require(try await store.revision(number) == nil, "there is no revision \(number)")
            }
            try require(try await store.snapshot().lastRevision == 2, "the snapshot knows the last")
            try require(try await store.snapshot().latestPlans == ["p1": 1, "p2": 2], "and which plans were applied")
        },
        Case(description: "the record belongs to the cluster of the last revision that names one") { maker in
            let store = try await make(maker)
            try require(try await store.snapshot().cluster == nil, "a fresh one belongs to none")
            let grant = try await store.acquireLock(request("a"))
            for (plan, cluster) in [("p1", nil), ("p2", "one"), ("p3", "two"), ("p4", nil)] {
                var begun = revision(plan: plan)
                begun.cluster = cluster
                let number = try await store.beginRevision(begun, grant)
                try require(try await store.revision(number)?.cluster == cluster, "the revision keeps it")
            }
            try require(try await store.snapshot().cluster == "two", "it belongs to the last")
        },
        Case(description: "a revision keeps what it scaled and what failed") { maker in
            let store = try await make(maker)
            let grant = try await store.acquireLock(request("a"))
            let web = ResourceAddress(.service, "web")
            var begun = revision(plan: "p1")
            begun.scalings = [ScalingRecord(address: web, from: 2, to: 4, reason: "cpu 91 %, target 60 %")]
            let failure = ChangeFailure(
                address: web,
                fingerprint: Fingerprint(text: String(repeating: "a", count: 64)),
                outcome: .rolledBack,
                message: "instance web.1 \"failed\""
            )
            let number = try await store.beginRevision(begun, grant)
            try await store.endRevision(
                number,
                outcome: .rolledBack,
                summary: "",
                failures: [failure],
                at: Timestamp(milliseconds: 9),
                grant
            )
            let read = try await store.revision(number)
            let listed = try await store.revisions(limit: 1)
            try require(read?.scalings == begun.scalings && read?.failures == [failure], "one revision says so")
            try require(listed.first?.failures == [failure], "and so does the list")
        },
        Case(description: "a plan is begun once, however that ended") { maker in
            let store = try await make(maker)
            let grant = try await store.acquireLock(request("a"))
            let number = try await store.beginRevision(revision(plan: "p"), grant)
            try await requireError(.alreadyApplied(revision: number)) {
                _ = try await store.beginRevision(revision(plan: "p"), grant)
            }
            try await store.endRevision(number, outcome: .failed, summary: "", at: Timestamp(milliseconds: 9), grant)
            let serial = try await store.snapshot().serial
            try await requireError(.alreadyApplied(revision: number)) {
                _ = try await store.beginRevision(revision(plan: "p"), grant)
            }
            let state = try await store.snapshot()
            try require(state.serial == serial && state.lastRevision == number, "a refused revision leaves no trace")
        },
        Case(description: "a revision that its apply never ended becomes interrupted") { maker in
            let store = try await make(maker, dead: [1])
            let lost = try await store.acquireLock(request("a"))
            let number = try await store.beginRevision(revision(plan: "p1"), lost)
            var web = resource(ResourceAddress(.service, "web"))
            web.revision = number
            try await store.recordOutcome(operation("x", .done), [.put(web)], lost)
            var removal = operation("y", .done)
            (removal.plan, removal.action, removal.address) = ("p1", "remove old", ResourceAddress(.service, "old"))
            try await store.recordOutcome(removal, [.remove(removal.address)], lost)
            let grant = try await store.acquireLock(request("b", pid: 2))
            _ = try await store.beginRevision(revision(plan: "p2"), grant)
            let summaries = try await store.revisions(limit: 5).map(\.summary)
            try require(
                summaries == ["1 added", "2 changes recorded; 1 added"],
                "it says what was done beside what was planned: \(summaries)"
            )
            let outcomes = try await store.revisions(limit: 5).map(\.outcome)
            try require(outcomes == [.running, .interrupted], "the dead one is interrupted: \(outcomes)")
            try await requireError(.noSuchRevision(7)) {
                try await store.endRevision(7, outcome: .failed, summary: "", at: Timestamp(milliseconds: 1), grant)
            }
        },
    ]
}
