import Drivers
import ResourceModel
import Synchronization
import Testing

@testable import SwarmDriver

@Suite("Looking at services again and again", .timeLimit(.minutes(1)))
struct RepeatedReaderTests {
    /// An engine that takes twenty milliseconds for each answer, and says of its one service what a test sets.
    private final class Told: TimeSource {
        private let state = Mutex((now: Duration.zero, version: 7, running: 0, tasks: 0))

        var now: Duration { state.withLock { $0.now } }
        var tasksAsked: Int { state.withLock { $0.tasks } }

        func sleep(for duration: Duration) async throws(CancellationError) { state.withLock { $0.now += duration } }
        func set(version: Int, running: Int) { state.withLock { ($0.version, $0.running) = (version, running) } }

        func answer(_ request: FakeEngine.Request) -> FakeEngine.Answer? {
            state.withLock { state in
                guard !request.uri.hasSuffix("/_ping") else { return nil }
                state.now += .milliseconds(20)
                if request.uri.contains("/tasks?") { state.tasks += 1 }
                guard request.uri.contains("/services?") else { return .json(200, "[]") }
                let service = """
                    [{"ID": "s1", "Version": {"Index": \(state.version)}, "Spec": {"Name": "shop_web",
                    "Labels": {"orchplan.project": "shop", "orchplan.address": "service/web"}},
                    "ServiceStatus": {"RunningTasks": \(state.running)}}]
                    """
                return .json(200, service)
            }
        }
    }

    @Test("tasks are read when a definition changed or tasks began to run; while nothing is told, once a second")
    func tasks() async throws {
        let folder = try TemporaryFolder()
        let told = Told()
        let engine = try await FakeEngine.start(socket: "\(folder.path)/d.sock") { told.answer($0) }
        let located = LocatedEngine(endpoint: .unix(path: "\(folder.path)/d.sock"), origin: "a test")
        let client = EngineClient(located, environment: [:])
        let reader = RepeatedReader(ServiceReader(project: "shop", client: client), time: told)
        let status = { (answers: ServiceAnswers) -> String in
            let running = answers.services.first?.at("ServiceStatus", "RunningTasks")?.wholeNumber ?? -1
            return "\(running) run, asked \(told.tasksAsked) times"
        }

        #expect(status(try await reader.answers()) == "0 run, asked 1 times")
        told.set(version: 8, running: 0)
        #expect(
            status(try await reader.answers()) == "0 run, asked 2 times",
            "at once: what runs of another definition is not known"
        )

        // From one look to the next it is 200 ms: a tenth of the time is spent on asking.
        told.set(version: 8, running: 1)
        #expect(status(try await reader.answers()) == "1 run, asked 3 times")
        let began = told.now
        for _ in 0..<5 { #expect(status(try await reader.answers()) == "1 run, asked 3 times") }
        #expect(told.now - began >= .milliseconds(900))
        #expect(
            status(try await reader.answers()) == "1 run, asked 4 times",
            "what never ran is not told: once a second"
        )
        await client.close()
        await engine.stop()
    }
}
