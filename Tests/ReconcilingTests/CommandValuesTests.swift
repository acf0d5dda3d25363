import Planning
import ResourceModel
import StateStores
import Synchronization
import Testing

@testable import Reconciling

@Suite("The commands of scale policies run side by side")
struct CommandValuesTests {
    @Test("none waits for another one, so many at a time", .timeLimit(.minutes(1)))
    func sideBySide() async throws {
        let meeting = Meeting()
        var policies: [ResourceAddress: ScalePolicy] = [:]
        for number in 0..<(2 * CommandValues.most) {
            policies[ResourceAddress(.service, "s\(number)")] = Self.policy("\(number)")
        }
        policies[ResourceAddress(.service, "other")] = ScalePolicy()
        let values = await CommandValues(surroundings: meeting).collect(policies)
        #expect(values.count == policies.count - 2)
        #expect(values[ResourceAddress(.service, "s7")] == 7)
        #expect(values[ResourceAddress(.service, "s3")] == nil)
        #expect(meeting.most == CommandValues.most)
    }

    private static func policy(_ text: String) -> ScalePolicy {
        var policy = ScalePolicy()
        policy.metric = .command
        policy.command = [text]
        return policy
    }
}

/// Commands of which none ends before so many run as may: one after the other they would wait for ever.
private final class Meeting: ReconcileSurroundings {
    private struct State {
        var running = 0
        var most = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var most: Int { state.withLock { $0.most } }

    func value(of command: [String]) async -> Double? {
        await withCheckedContinuation { continuation in
            let released = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                state.running += 1
                state.most = max(state.most, state.running)
                state.waiting.append(continuation)
                guard state.waiting.count == CommandValues.most else { return [] }
                defer { state.waiting = [] }
                return state.waiting
            }
            for each in released { each.resume() }
        }
        state.withLock { $0.running -= 1 }
        return command == ["3"] ? nil : command.first.flatMap { Double($0) }
    }

    func manifests() async -> ManifestReading { .broken(summary: "", details: "") }
    func manifestTouches() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
    func secretDigests(of graph: ResourceGraph, recorded: RecordedState) throws(RoundFailure) -> SecretDigests {
        SecretDigests()
    }
    func lockRequest() -> LockRequest {
        LockRequest(
            id: "commands",
            holder: author,
            host: "here",
            pid: 1,
            bootID: "boot",
            startTicks: 1,
            operation: "reconcile",
            now: Timestamp(milliseconds: 0)
        )
    }
    var imageResolution: ImageResolution { .never }
    var author: String { "somebody@here" }
    func log(_ news: ReconcileNews) {}
    func publish(_ metrics: ReconcileMetrics, _ health: ReconcileHealth, lastSuccess: Timestamp?) {}
}
