import Drivers
import LocalAgent
import ResourceModel

/// The driver of one machine: a client of the agent of a project's environment, which it starts when none runs.
///
/// Where no agent has ever been there is nothing to ask one about: reading answers from the machine itself and leaves the
/// project's folder as it is. The first operation makes the agent's files.
package struct LocalDriver: ClusterDriver {
    let launcher: AgentLauncher
    let node: LocalNode
    package let capabilities: Capabilities

    /// - Parameters:
    ///   - projectDirectory: Absolute, links resolved; the agent keeps its files in `.orchplan` below it.
    ///   - environment: The environment of the project, which has an agent of its own; nil: none.
    ///   - executable: The program to run as the agent; nil: a missing agent is an error.
    ///   - node: What placement takes this machine for.
    package init(
        projectDirectory: String,
        environment: String? = nil,
        executable: String?,
        node: LocalNode = LocalNode()
    ) {
        launcher = AgentLauncher(
            projectDirectory: projectDirectory,
            environment: environment,
            executable: executable
        )
        self.node = node
        var capabilities = Capabilities.local
        capabilities.lowestPort = LowestPort.current()
        self.capabilities = capabilities
    }

    package func inventory(
        ports: [RequestedPort],
        recorded _: [RecordedResource]
    ) async throws(DriverError) -> Inventory {
        guard launcher.hasBeenHere else { return untouched(ports) }
        let list = Self.runs(ports).joined(separator: ",")
        let wire: WireInventory = try await get("/v1/inventory?ports=\(list)")
        return node.describe(wire.inventory)
    }

    func untouched(_ ports: [RequestedPort]) -> Inventory {
        node.describe(HostMachine.inventory(ports: ports.map { ($0.address, $0.port, $0.transport) }))
    }

    package func observe(service name: String) async throws(DriverError) -> ObservedService? {
        guard launcher.hasBeenHere else { return nil }
        let wire: WireServiceState = try await get("/v1/services/\(name)")
        return node.describe(wire.service?.service)
    }

    package func watch(service name: String) -> AsyncThrowingStream<ObservedService?, any Error> {
        let (stream, continuation) = AsyncThrowingStream<ObservedService?, any Error>
            .makeStream(
                bufferingPolicy: .bufferingNewest(1)
            )
        let task = Task { [node] in
            do {
                try await launcher.ensure()
                for try await record in launcher.client.stream("GET", "/v1/services/\(name)/watch") {
                    let wire = try WireServiceState(canonical: try CanonicalReader.parse(record))
                    continuation.yield(node.describe(wire.service?.service))
                }
                // An agent ends no watch of its own accord: it was stopped or has died.
                throw DriverError(.unreachable, "the agent ended while \(name) was watched")
            } catch {
                continuation.finish(throwing: Task.isCancelled ? nil : Self.translate(error))
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    /// How long to wait from one look for a first agent to the next.
    private static let arrivalPause = Duration.milliseconds(500)

    /// Where there has never been an agent there are no events before one has come.
    package func events() -> AsyncThrowingStream<ClusterEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream<ClusterEvent, any Error>.makeStream()
        let task = Task {
            do {
                let wasEmpty = !launcher.hasBeenHere
                if wasEmpty {
                    let text = "no agent has been here"
                    continuation.yield(ClusterEvent(kind: .opened, text: text, time: wallClockMilliseconds()))
                    while !launcher.hasBeenHere { try await Task.sleep(for: Self.arrivalPause) }
                }
                try await launcher.ensure()
                for try await record in launcher.client.stream("GET", "/v1/events?follow=1") {
                    let event = Self.translate(try AgentEvent(canonical: try CanonicalReader.parse(record)))
                    guard wasEmpty, event.kind == .opened else {
                        continuation.yield(event)
                        continue
                    }
                    // What came before the agent was heard is a change since the stream was opened.
                    for service in try await inventory(ports: []).services {
                        let name = service.address.name
                        continuation.yield(ClusterEvent(service: name, kind: .changed, time: event.time))
                    }
                }
                throw DriverError(.unreachable, "the agent ended while its events were followed")
            } catch {
                continuation.finish(throwing: Task.isCancelled ? nil : Self.translate(error))
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    package func measurements() async throws(DriverError) -> [ServiceMeasurement] {
        guard launcher.hasBeenHere else { return [] }
        let wire: WireMeasurements = try await get("/v1/measurements")
        return wire.services.map(Self.translate)
    }

    package func perform(_ operation: Operation) async throws(DriverError) -> OperationResult {
        let body = AgentCodec.encode(Self.translate(operation))
        let answer = try await send("POST", "/v1/operations", body: body, timeout: .seconds(600))
        let outcome: AgentOutcome = try Self.decode(answer)
        return OperationResult(bindings: outcome.bindings, wasAlreadyDone: outcome.wasAlreadyDone)
    }

    /// Where there has never been an agent, nothing of an earlier holder can be under way.
    package func announce(_ announcement: EpochAnnouncement) async throws(DriverError) {
        guard launcher.hasBeenHere else { return }
        _ = try await send("POST", "/v1/epoch", body: AgentCodec.encode(announcement), timeout: .seconds(600))
    }

    package func lastHolder() async throws(DriverError) -> RunEpoch? {
        guard launcher.hasBeenHere else { return nil }
        let memory: EpochMemory = try await get("/v1/epoch")
        return memory.last
    }

    package func recentLogs(instance id: String, lines: Int) async -> [String] {
        var texts: [String] = []
        do {
            for try await record in launcher.client.stream("GET", "/v1/instances/\(id)/logs?lines=\(lines)") {
                texts.append(try LogLine(canonical: try CanonicalReader.parse(record)).text)
            }
        } catch {
            // Logs explain a failure; that they are missing is no failure of its own.
        }
        return texts
    }

    // MARK: Requests

    func get<Value: CanonicalCodable>(_ path: String) async throws(DriverError) -> Value {
        try Self.decode(try await send("GET", path, body: [], timeout: .seconds(30)))
    }

    /// Sends a request; an agent that has just ended of idleness is started again, once.
    private func send(
        _ method: String,
        _ path: String,
        body: [UInt8],
        timeout: Duration
    ) async throws(DriverError) -> [UInt8] {
        for isLast in [false, true] {
            do {
                try await launcher.ensure()
                let answer = try await launcher.client.send(method, path, body: body, timeout: timeout)
                if answer.status < 300 { return answer.body }
                throw Self.failure(answer.status, answer.body)
            } catch let error as AgentClientError {
                if case .notRunning = error, !isLast { continue }
                throw Self.translate(error)
            } catch {
                throw Self.translate(error)
            }
        }
        throw DriverError(.unreachable, "the agent does not answer")
    }

    static func decode<Value: CanonicalCodable>(_ bytes: [UInt8]) throws(DriverError) -> Value {
        do throws(CanonicalError) {
            return try Value(canonical: try CanonicalReader.parse(bytes))
        } catch {
            throw DriverError(
                .unknownOutcome,
                "the agent's answer cannot be read: \(error)",
                help: "end an agent of another version with SIGTERM; its instances go on and the next agent adopts them"
            )
        }
    }
}
