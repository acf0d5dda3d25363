import Drivers
import Plans
import ResourceModel
import StateStores
import Testing

@testable import OrchplanCLI

@Suite("State, status, errors and the question")
struct StateViewTests {
    @Test("history")
    func history() {
        expectGolden("history") { HistoryView(SampleState.revisions, now: SampleState.now).lines($0) }
        #expect(HistoryView([], now: SampleState.now).text(ViewFormat()).contains("nothing was applied"))
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

    @Test("status in every state a service can be in")
    func status() {
        let services = ServiceStatus.all(
            recorded: SampleState.state,
            inventory: SampleState.inventory,
            hostAddress: "127.0.0.1"
        )
        #expect(services.map(\.health) == [.down, .completed, .unrecorded, .healthy, .missing])
        expectGolden("status") { StatusView(services).lines($0) }
        let well = services.filter { $0.health == .healthy }
        #expect(StatusView(well, showsInstances: true).text(ViewFormat()).contains("web.3.3f9c2a7b  healthy"))
        #expect(StatusView(well).text(ViewFormat()).contains("All well: 1 service."))
    }

    @Test("an address is never cut, and a service of two templates is not well")
    func mixed() {
        let inventory = SampleState.halfUpdated
        let services = ServiceStatus.all(
            recorded: SampleState.state,
            inventory: inventory,
            hostAddress: "127.0.0.1"
        )
        #expect(services.first { $0.address.name == "web" }?.health == .mixed)
        expectGolden("status-mixed") { StatusView(services.filter { $0.health != .missing }).lines($0) }
        for width in 30...120 {
            let text = StatusView(services).text(ViewFormat(width: width))
            #expect(text.contains("127.0.0.1:80") && text.contains("1 of 3 updated"), "\(width)")
            #expect(!text.contains("All well"))
        }
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
