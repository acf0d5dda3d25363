import NIOHTTP1
import ResourceModel

/// A client of one engine's API; knows calls, streams and errors, and nothing of what they mean.
///
/// Nothing is opened before the first call. Connections are kept and used again; `close` ends them.
package final class EngineClient: Sendable {
    /// How long a call may take when nothing else is said.
    package struct Deadlines: Sendable {
        /// Of calls that only read; longer than a cluster takes to elect a leader.
        package var reading: Duration
        /// Of calls that change something.
        package var changing: Duration

        package init(reading: Duration = .seconds(30), changing: Duration = .seconds(60)) {
            self.reading = reading
            self.changing = changing
        }
    }

    package let engine: LocatedEngine
    private let session: EngineSession
    private let deadlines: Deadlines

    /// - Parameter environment: What ssh is started with.
    package init(_ engine: LocatedEngine, environment: [String: String], deadlines: Deadlines = Deadlines()) {
        self.engine = engine
        self.deadlines = deadlines
        session = EngineSession(engine, environment: environment)
    }

    /// The version that is spoken; connects when that is not known yet.
    package func version() async throws(EngineError) -> EngineVersion {
        try await session.version(within: deadlines.reading)
    }

    /// Reads something; `.null` when the answer is empty.
    ///
    /// Tried once more when a kept connection turns out to have ended: that an engine was restarted is no failure.
    package func get(
        _ path: EnginePath,
        _ query: [EngineQueryItem] = [],
        authentication: RegistryAuthentication? = nil,
        deadline: Duration? = nil
    ) async throws(EngineError) -> CanonicalValue {
        let limit = deadline ?? deadlines.reading
        let request = EngineRequest(.GET, path, query, authentication: authentication, deadline: limit)
        do throws(EngineError) {
            return try await value(request)
        } catch .broken where !Task.isCancelled {
            return try await value(request)
        }
    }

    /// Changes something.
    ///
    /// Never tried again here: whether the change was made is known to nobody once its answer is lost.
    package func post(
        _ path: EnginePath,
        _ query: [EngineQueryItem] = [],
        body: CanonicalValue? = nil,
        authentication: RegistryAuthentication? = nil,
        deadline: Duration? = nil
    ) async throws(EngineError) -> CanonicalValue {
        let limit = deadline ?? deadlines.changing
        return try await value(
            EngineRequest(.POST, path, query, body: body, authentication: authentication, deadline: limit)
        )
    }

    /// Removes something.
    package func delete(
        _ path: EnginePath,
        _ query: [EngineQueryItem] = [],
        deadline: Duration? = nil
    ) async throws(EngineError) {
        _ = try await value(EngineRequest(.DELETE, path, query, deadline: deadline ?? deadlines.changing))
    }

    /// JSON values as the engine tells them, one after another: `/events`.
    ///
    /// Ends without an error when the engine ends the stream; connecting again is up to the caller. No value for days
    /// is no failure.
    package func records(_ path: EnginePath, _ query: [EngineQueryItem] = []) -> EngineRecords {
        let limit = deadlines.reading
        return EngineRecords(call: EngineCall(method: "GET", path: path.text)) { [session] () throws(EngineError) in
            try await session.open(EngineRequest(.GET, path, query, deadline: limit))
        } splitter: { _ in
            RecordSplitter()
        }
    }

    /// What containers print, stream by stream: `/services/ID/logs`, `/tasks/ID/logs`, `/containers/ID/logs`.
    ///
    /// - Parameter raw: Whether the containers have a terminal, so that their streams come as one without frames. Newer
    ///   engines say so themselves.
    package func frames(_ path: EnginePath, _ query: [EngineQueryItem] = [], raw: Bool = false) -> EngineFrames {
        let limit = deadlines.reading
        return EngineFrames(call: EngineCall(method: "GET", path: path.text)) { [session] () throws(EngineError) in
            try await session.open(EngineRequest(.GET, path, query, deadline: limit))
        } splitter: { opened in
            let contentType = opened.response.headers.first(name: "Content-Type")
            return FrameSplitter(isRaw: FrameSplitter.isRaw(contentType, opened.version) ?? raw)
        }
    }

    /// Ends every call and stream; waits until the connections are closed.
    package func close() async {
        await session.close()
    }

    private func value(_ request: EngineRequest) async throws(EngineError) -> CanonicalValue {
        let version = try await session.version(within: min(request.deadline, deadlines.reading))
        return try await session.exchange(request, version: version).value(request.call)
    }
}
