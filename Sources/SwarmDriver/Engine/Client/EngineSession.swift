import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// What a client holds open and has found out: connections, once the first call needs them, and the API version.
final class EngineSession: Sendable {
    let engine: LocatedEngine
    private let environment: [String: String]
    private let state = Mutex(State())

    private struct State {
        var transport: EngineTransport?
        var version: EngineVersion?
        var isClosed = false
    }

    init(_ engine: LocatedEngine, environment: [String: String]) {
        self.engine = engine
        self.environment = environment
    }

    deinit {
        let transport = state.withLock { $0.transport }
        // The HTTP client insists on being shut down.
        if let transport { Task { await transport.close() } }
    }

    /// The connections, made on the first call.
    func transport() throws(EngineError) -> EngineTransport {
        let made = state.withLock { state -> Result<EngineTransport, EngineError> in
            if state.isClosed { return .failure(.closed) }
            if let transport = state.transport { return .success(transport) }
            return Result { () throws(EngineError) in
                let transport = try EngineTransport(engine.endpoint, environment: environment)
                state.transport = transport
                return transport
            }
        }
        return try made.get()
    }

    /// The version to speak, asked for once; after a failure the next call asks again.
    ///
    /// Calls that come before the first answer ask each for themselves: so none waits for another's deadline.
    func version(within limit: Duration) async throws(EngineError) -> EngineVersion {
        if let version = state.withLock({ $0.version }) { return version }
        let request = EngineRequest(.GET, "/_ping", deadline: limit)
        let answer = try await exchange(request)
        guard let text = answer.headers.first(name: "Api-Version"), let spoken = EngineVersion(parsing: text) else {
            throw .unreadable(request.call, reason: "it does not say which API it speaks")
        }
        let address = engine.endpoint.description
        let version = try EngineVersion.negotiated(engine: spoken, wanted: engine.version, at: address)
        state.withLock { $0.version = version }
        return version
    }

    /// Ends everything; later calls fail.
    func close() async {
        let transport = state.withLock { state in
            state.isClosed = true
            defer { state.transport = nil }
            return state.transport
        }
        await transport?.close()
    }

    /// Sends a request and reads its answer to the end.
    ///
    /// - Throws: `.answered` for a status that is no success.
    func exchange(_ request: EngineRequest, version: EngineVersion? = nil) async throws(EngineError) -> EngineAnswer {
        let transport = try transport()
        do {
            let answer = try await withDeadline(request.deadline) {
                let response = try await transport.calls.execute(
                    request.message(transport, version: version),
                    deadline: .distantFuture
                )
                let limit = EngineAnswer.largest
                return EngineAnswer(
                    status: Int(response.status.code),
                    headers: response.headers,
                    body: Array(buffer: try await response.body.collect(upTo: limit))
                )
            }
            return try answer.checked(request.call)
        } catch {
            throw failure(error, request, transport)
        }
    }

    /// Sends a request whose answer goes on for as long as somebody listens; the deadline is for its beginning.
    func open(_ request: EngineRequest) async throws(EngineError) -> OpenedStream {
        let version = try await version(within: request.deadline)
        let transport = try transport()
        do {
            return try await withDeadline(request.deadline) {
                let response = try await transport.streams.execute(
                    request.message(transport, version: version),
                    deadline: .distantFuture
                )
                guard response.status.code >= 300 else { return OpenedStream(response: response, version: version) }
                let body = try await response.body.collect(upTo: EngineAnswer.largestMessage)
                let status = Int(response.status.code)
                _ = try EngineAnswer(status: status, headers: response.headers, body: Array(buffer: body))
                    .checked(request.call)
                return OpenedStream(response: response, version: version)
            }
        } catch {
            throw failure(error, request, transport)
        }
    }

    private func failure(_ error: any Error, _ request: EngineRequest, _ transport: EngineTransport) -> EngineError {
        let failure = ConnectionFailure(error, engine: engine, call: request.call, ssh: transport.bridge?.lastFailure)
        return failure.engineError(limit: request.deadline)
    }
}
