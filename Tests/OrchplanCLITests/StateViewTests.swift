import Drivers
import Plans
import ResourceModel
import StateStores
import Testing

@testable import OrchplanCLI

@Suite("State, errors and the question")
struct StateViewTests {
    @Test("history")
    func history() {
        expectGolden("history") { HistoryView(SampleState.revisions, now: SampleState.now).lines($0) }
        #expect(HistoryView([], now: SampleState.now).text(ViewFormat()).contains("nothing was applied"))
    }

    @Test("a service that followed its load says so among what happened to it")
    func scaled() throws {
        let events = SampleState.revisions.flatMap(\.scalingEvents)
        #expect(events.map(\.text) == ["autoscaled from 2 to 4: cpu 91 %, target 60 %"])
        #expect(events.allSatisfy { $0.concerns("web") && $0.time == SampleState.revisions[2].startedAt })
    }

    @Test("one revision, beside the one before it")
    func revision() {
        func texts(_ steps: [PlanStep]) -> [CanonicalText] { steps.compactMap(\.after) }
        var revision = SampleState.revisions[1]
        revision.desired = texts([SamplePlan.web, SamplePlan.worker, SamplePlan.secret])
        var earlier = SampleState.revisions[2]
        earlier.desired = texts([SamplePlan.worker, SamplePlan.database]) + [SamplePlan.web].compactMap(\.before)
        expectGolden("revision") { RevisionView(revision, after: earlier, now: SampleState.now).lines($0) }
        revision.desired = []
        let empty = RevisionView(revision, after: nil, now: SampleState.now).text(ViewFormat())
        #expect(empty.contains("declared nothing"))
    }

    @Test("the recorded resources, and one of them")
    func state() {
        expectGolden("state-list") { StateListView(SampleState.state).lines($0) }
        expectGolden("state-show") { StateShowView(SampleState.record(SamplePlan.worker, 41)).lines($0) }
        let secret = StateShowView(SampleState.record(SamplePlan.secret, 40)).text(ViewFormat())
        #expect(secret.contains("content = (sensitive)"))
        #expect(!secret.contains(SamplePlan.fingerprint("b").text))
    }

    @Test("errors say what to do")
    func errors() {
        let request = LockRequest(
            id: "3f2a",
            holder: "ann",
            host: "laptop",
            pid: 4242,
            bootID: "b",
            startTicks: 1,
            operation: "apply",
            now: SampleState.ago(200)
        )
        let holder = LockHolder(
            request: request,
            acquiredAt: SampleState.ago(200),
            heartbeatAt: SampleState.ago(3)
        )
        let path = "/srv/shop/.orchplan/state.db"
        let store: [StateStoreError] = [
            .locked(holder), .fenced(currentEpoch: 8), .wrongLockID(held: "3f2a"), .wrongLockID(held: nil),
            .alreadyApplied(revision: 41), .newerFormat(found: 3, supported: 2, path: path),
            .corrupt(path: path, detail: "page 7 fails its check"),
            .unsuitable(path: path, detail: "it is on nfs, where locks cannot be trusted"),
            .io(path: path, detail: "no space left on device"),
        ]
        let driver = [
            DriverError(.unreachable, "the agent does not answer on /run/shop.sock"),
            DriverError(.occupied, "port 80 is held by nginx (pid 1)", help: "stop it or publish another port"),
            DriverError(.invalid, "the engine refused service/web:\n\u{1B}[31minvalid mount\u{1B}[0m\nsee above"),
        ]
        let named = ErrorView(store[0], now: SampleState.now, flags: " --env prod")
        #expect(named.help?.hasSuffix("orchplan unlock --env prod 3f2a") == true)
        expectGolden("errors") { format in
            store.flatMap { ErrorView($0, now: SampleState.now).lines(format) }
                + driver.flatMap { ErrorView($0).lines(format) }
        }
    }

    @Test("only yes is a yes")
    func confirmation() {
        expectGolden("confirm") { ConfirmView(SamplePlan.everything).lines($0) }
        for answer in ["yes", " yes \n"] { #expect(ConfirmView.isApproved(answer)) }
        for answer in [nil, "", "y", "Yes", "yes please", "no"] { #expect(!ConfirmView.isApproved(answer)) }
    }
}
