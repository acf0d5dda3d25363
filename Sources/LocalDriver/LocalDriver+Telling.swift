import Drivers
import LocalAgent
import ResourceModel

extension LocalDriver: ClusterTelling {
    /// Everything the agent keeps, asked of one that runs; nil, and none is started, where none does.
    package func presentInventory() async -> Inventory? {
        guard launcher.hasBeenHere else { return untouched([]) }
        guard let answer = try? await launcher.client.send("GET", "/v1/inventory", timeout: .seconds(10)),
            answer.status == 200, let wire: WireInventory = try? Self.decode(answer.body)
        else { return nil }
        return wire.inventory
    }

    /// What the agent knows of every instance beside the inventory, in the order of their ids.
    package func facts() async throws(DriverError) -> [InstanceFacts] {
        guard launcher.hasBeenHere else { return [] }
        return try await get("/v1/instances")
    }

    /// What happened lately, oldest first; as far back as the agent remembers.
    package func recentEvents() async throws(DriverError) -> [InstanceEvent] {
        guard launcher.hasBeenHere else { return [] }
        let events: [AgentEvent] = try await get("/v1/events")
        return events.map { InstanceEvent(time: Int($0.time), subject: $0.subject, text: $0.text) }
    }

    package func logs(
        instance id: String,
        lines: Int?,
        since: String?,
        follow: Bool
    ) -> AsyncThrowingStream<InstanceLine, any Error> {
        var query = lines.map { ["lines=\($0)"] } ?? ["lines=100000"]
        if let since { query = (lines.map { ["lines=\($0)"] } ?? []) + ["since=\(since)"] }
        if follow { query.append("follow=1") }
        let records = launcher.client.stream("GET", "/v1/instances/\(id)/logs?\(query.joined(separator: "&"))")
        let (stream, continuation) = AsyncThrowingStream<InstanceLine, any Error>.makeStream()
        let task = Task {
            do {
                for try await record in records {
                    let line = try LogLine(canonical: try CanonicalReader.parse(record))
                    continuation.yield(
                        InstanceLine(time: line.time, isError: line.stream == "stderr", text: line.text)
                    )
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: Task.isCancelled ? nil : Self.translate(error))
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}
