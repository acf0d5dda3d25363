import ResourceModel

/// The agent's HTTP interface: paths and queries to calls of the agent, results to JSON.
///
/// See docs/agent-api.md.
package struct AgentAPI: Sendable {
    private let agent: NodeAgent
    private let about: AgentAbout
    private let stop: @Sendable () -> Void

    /// - Parameter stop: Asks the agent to end; instances stay.
    package init(agent: NodeAgent, about: AgentAbout, stop: @escaping @Sendable () -> Void) {
        self.agent = agent
        self.about = about
        self.stop = stop
    }

    /// Answers one request.
    package func answer(_ request: AgentRequest) async -> AgentResponse {
        await agent.requestBegan()
        let response: AgentResponse
        do throws(AgentError) {
            response = try await route(request)
        } catch {
            response = Self.json(WireError(error), status: Self.status(error.code))
        }
        await agent.requestEnded()
        return response
    }

    private func route(_ request: AgentRequest) async throws(AgentError) -> AgentResponse {
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.count, parts.dropFirst().first ?? "") {
        case ("GET", 2, "agent"): return Self.json(about)
        case ("GET", 2, "inventory"):
            return Self.json(WireInventory(await agent.inventory(ports: try request.ports())))
        case ("GET", 2, "instances"): return Self.json(await agent.facts())
        case ("GET", 2, "events"):
            return request.query["follow"] == "1" ? await events() : Self.json(await agent.recentEvents)
        case ("GET", 2, "measurements"): return Self.json(await agent.measurements())
        case ("POST", 2, "operations"):
            return Self.json(try await agent.perform(try AgentCodec.operation(request.body)))
        case ("POST", 2, "epoch"):
            let announcement = try AgentCodec.announcement(request.body)
            try await agent.announce(announcement)
            return Self.json(announcement.epoch)
        case ("GET", 2, "epoch"): return Self.json(await agent.epochs)
        case ("POST", 2, "stop"):
            stop()
            return AgentResponse(status: 202)
        case ("GET", 3, "services"): return Self.json(WireServiceState(await agent.observe(parts[2])))
        case ("GET", 4, "services") where parts[3] == "watch": return await watch(parts[2])
        case ("GET", 4, "instances") where parts[3] == "logs": return try await logs(parts[2], request.query)
        default: throw AgentError(.notFound, "no such resource: \(request.method) \(request.path)")
        }
    }

    private func watch(_ name: String) async -> AgentResponse {
        let agent = agent
        let changes = await agent.changes(of: name)
        // A state is the whole of it: to one that is slow, the newest is told.
        return Self.stream(.bufferingNewest(1)) { yield in
            await agent.requestBegan()
            for await _ in changes {
                guard yield(WireServiceState(await agent.observe(name)).canonicalBytes()) else { break }
            }
            await agent.requestEnded()
        }
    }

    private func events() async -> AgentResponse {
        let events = await agent.follow()
        return AgentResponse(status: 200, body: .stream(Self.pulled(events) { $0.canonicalBytes() }))
    }

    /// A line for each record, some at a time, pulled and not pushed: a client that does not read makes nothing pile up.
    private static func pulled<Record: Sendable>(
        _ records: AsyncStream<[Record]>,
        _ bytes: @escaping @Sendable (Record) -> [UInt8]
    ) -> AsyncStream<[UInt8]> {
        AsyncStream {
            for await some in records { return some.flatMap { bytes($0) + [0x0A] } }
            return nil
        }
    }

    private func logs(_ id: String, _ query: [String: String]) async throws(AgentError) -> AgentResponse {
        guard let directory = await agent.logDirectory(id) else {
            throw AgentError(.notFound, "instance \(id) does not exist")
        }
        let reader = LogReader(directory)
        let asked = query["lines"].flatMap { Int($0) }.map { max(0, min($0, 100_000)) }
        let since = query["since"]
        let lines = asked ?? (since == nil ? 100 : .max)
        guard query["follow"] == "1" else {
            return Self.stream { yield in
                for line in reader.last(lines: lines, since: since) where !yield(line.canonicalBytes()) { break }
            }
        }
        let news = reader.follow(lines: lines, since: since)
        return AgentResponse(status: 200, body: .stream(Self.pulled(news) { $0.canonicalBytes() }))
    }

    /// One record a line, produced by a task that is cancelled when the client leaves.
    private static func stream(
        _ policy: AsyncStream<[UInt8]>.Continuation.BufferingPolicy = .unbounded,
        _ produce: @escaping @Sendable (_ yield: @Sendable ([UInt8]) -> Bool) async -> Void
    ) -> AgentResponse {
        let (stream, continuation) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: policy)
        let task = Task {
            await produce { record in
                if case .terminated = continuation.yield(record + [0x0A]) { false } else { true }
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return AgentResponse(status: 200, body: .stream(stream))
    }

    private static func json(_ value: some CanonicalCodable, status: Int = 200) -> AgentResponse {
        AgentResponse(status: status, body: .bytes(value.canonicalBytes()))
    }

    private static func status(_ code: AgentError.Code) -> Int {
        switch code {
        case .invalid: 400
        case .notFound: 404
        case .conflict, .occupied, .inUse: 409
        case .environment, .unknownOutcome: 500
        case .unreachable, .transient: 503
        }
    }
}

/// Who answers: what `GET /v1/agent` and the agent's record tell.
package struct AgentAbout: Sendable, Hashable {
    package var version = AgentAbout.apiVersion
    package var project = ""
    package var process = ProcessIdentity()
    package var socket = ""

    /// The version of the API; a client of another one asks the agent to stop and starts its own.
    package static let apiVersion = 4

    package init() {}
}

extension AgentAbout: CanonicalRecord {
    package static let fields: [CanonicalField<AgentAbout>] = [
        .init("version", \.version),
        .init("project", \.project),
        .init("process", \.process),
        .init("socket", \.socket),
    ]
}
