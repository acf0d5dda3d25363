import ResourceModel

/// Why the agent could not be asked.
package enum AgentClientError: Error, Sendable, Hashable {
    /// No agent listens on the socket, or there is none.
    case notRunning(path: String)
    /// The socket exists but belongs to somebody else.
    case notPermitted(path: String)
    /// The answer was not complete in time.
    case timeout(Duration)
    /// A stream was asked for and the agent answered with an error status; the content is what it said.
    case status(Int, body: [UInt8])
    /// The connection broke, or what arrived is not the HTTP that an agent speaks.
    case `protocol`(String)
}

extension AgentClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notRunning(let path): "no agent answers on \(path)"
        case .notPermitted(let path): "the agent on \(path) belongs to another user"
        case .timeout(let limit): "the agent did not answer within \(limit.components.seconds) seconds"
        case .status(let status, _): "the agent answered with status \(status)"
        case .protocol(let reason): "the connection to the agent failed: \(reason)"
        }
    }
}
