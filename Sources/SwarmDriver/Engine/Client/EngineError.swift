/// Why a call of the engine gave no result.
///
/// No case holds a body, a header or a query: they may hold secrets.
package enum EngineError: Error, Sendable, Hashable {
    /// What was said about the engine, or the engine itself, cannot work; nothing was sent.
    case settings(String, help: String?)
    /// No connection came about; the call was not sent.
    case notReachable(engine: String, reason: String, help: String?)
    /// The engine answered with an error.
    case answered(EngineCall, status: Int, message: String)
    /// No whole answer came in time; the call may have been carried out.
    case timedOut(EngineCall, after: Duration)
    /// The connection ended before the answer was whole; the call may have been carried out.
    case broken(EngineCall, reason: String)
    /// The engine did what was asked and answered something that cannot be read.
    case unreadable(EngineCall, reason: String)
    /// The credentials of a registry cannot be had.
    case credentials(registry: String, reason: String, help: String?)
    /// The client was closed.
    case closed
}

/// A call as messages name it.
package struct EngineCall: Sendable, Hashable, CustomStringConvertible {
    package var method: String
    /// Without version and query.
    package var path: String

    package init(method: String, path: String) {
        self.method = method
        self.path = path
    }

    /// Whether the call changes something, so that losing its answer leaves the outcome unknown.
    package var changes: Bool { method != "GET" && method != "HEAD" }

    package var description: String { "\(method) \(path)" }
}

extension EngineError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .settings(let message, _): message
        case .notReachable(let engine, let reason, _): "cannot reach the engine at \(engine): \(reason)"
        case .answered(let call, let status, let message):
            "the engine refused \(call) with \(status): \(message)"
        case .timedOut(let call, let limit):
            "the engine did not answer \(call) within \(Self.seconds(limit)) s"
        case .broken(let call, let reason): "the connection to the engine ended during \(call): \(reason)"
        case .unreadable(let call, let reason): "the engine's answer to \(call) cannot be read: \(reason)"
        case .credentials(let registry, let reason, _): "no credentials for \(registry): \(reason)"
        case .closed: "the client of the engine was closed"
        }
    }

    private static func seconds(_ limit: Duration) -> String {
        let milliseconds = limit / .milliseconds(1)
        return milliseconds < 1000 ? "\(milliseconds / 1000)" : "\(limit.components.seconds)"
    }
}
