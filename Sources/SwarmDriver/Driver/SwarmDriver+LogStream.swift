import Drivers
import ResourceModel
import Synchronization

extension SwarmDriver: ClusterTelling {
    package func presentInventory() async -> Inventory? {
        try? await inventory(ports: [], recorded: [])
    }

    package func facts() async throws(DriverError) -> [InstanceFacts] {
        try await reading { () throws(EngineError) in
            let answers = try await reader.answers()
            return answers.services.flatMap { service in
                let own = answers.tasks.filter { $0["ServiceID"] == service["ID"] }
                return EngineReading.facts(service, tasks: own, nodes: answers.nodes)
            }
        }
    }

    /// The engine remembers nothing that could be told afterwards.
    package func recentEvents() async throws(DriverError) -> [InstanceEvent] { [] }

    package func logs(
        instance id: String,
        lines: Int?,
        since: String?,
        follow: Bool
    ) -> AsyncThrowingStream<InstanceLine, any Error> {
        let (stream, continuation) = AsyncThrowingStream<InstanceLine, any Error>.makeStream()
        let query = Self.logQuery(lines, since, follow)
        let heard = LastHeard()
        let reading = Task {
            do {
                var assembly = LogAssembly()
                guard let task = try await task(of: id) else { return continuation.finish() }
                for try await frame in client.frames("/tasks/\(task)/logs", query) {
                    heard.note()
                    guard frame.stream != .engine else { throw Self.incomplete(frame, id) }
                    // Engines differ in how they take `since`.
                    for line in assembly.add(frame) where line.time >= since ?? "" { continuation.yield(line) }
                }
                for line in assembly.end() where line.time >= since ?? "" { continuation.yield(line) }
                continuation.finish()
            } catch {
                continuation.finish(throwing: Task.isCancelled ? nil : Self.failure(error))
            }
        }
        let waiting = Task {
            // A node that is gone never answers; who follows waits for it.
            while !follow, heard.isRecent(Self.patience) {
                try await Task.sleep(for: .milliseconds(500))
            }
            guard !follow else { return }
            continuation.finish(throwing: Self.silence(id))
        }
        continuation.onTermination = { _ in
            reading.cancel()
            waiting.cancel()
        }
        return stream
    }

    private static let patience = Duration.seconds(10)

    private static func logQuery(_ lines: Int?, _ since: String?, _ follow: Bool) -> [EngineQueryItem] {
        var query = [
            EngineQueryItem("stdout", "true"), EngineQueryItem("stderr", "true"), EngineQueryItem("timestamps", "true"),
        ]
        // The engine takes seconds since 1970; whole ones do, as what is older is dropped afterwards.
        if let since, let time = EngineTime.milliseconds(since) {
            query.append(EngineQueryItem("since", "\(time / 1000)"))
        }
        if let lines { query.append(EngineQueryItem("tail", "\(lines)")) }
        if follow { query.append(EngineQueryItem("follow", "true")) }
        return query
    }

    private static func incomplete(_ frame: EngineFrame, _ id: String) -> DriverError {
        let text = String(decoding: frame.bytes, as: UTF8.self)
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return DriverError(.unreachable, "the engine tells no more of \(id): \(words)")
    }

    private static func silence(_ id: String) -> DriverError {
        DriverError(.unreachable, "nothing more of \(id) came: its node does not answer", help: "see docker node ls")
    }

    private static func failure(_ error: any Error) -> any Error {
        switch error {
        case let error as EngineError: error.driverError
        default: error
        }
    }
}

/// When a stream told something last.
private final class LastHeard: Sendable {
    private let time = Mutex(ContinuousClock.now)

    func note() { time.withLock { $0 = ContinuousClock.now } }

    func isRecent(_ limit: Duration) -> Bool { ContinuousClock.now - time.withLock { $0 } < limit }
}
