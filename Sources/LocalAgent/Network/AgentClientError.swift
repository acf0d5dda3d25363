import ResourceModel

/// Why the agent could not be asked.
package enum AgentClientError: Error, Sendable, Hashable {
    /// No agent listens on the socket, or there is none.
    case notRunning(path: String)
    /// The socket exists but belongs to somebody else.
    case notPermitted(path: String)
    /// What listens on the socket is a program of a user that nothing is told to.
    case stranger(path: String, user: Int)
    /// What listens on the socket is another program of this user, which says nothing.
    case impostor(path: String, process: Int, name: String)
    /// The agent was stopped, by a signal or from a terminal, and does nothing.
    case suspended(process: Int)
    /// The answer was not complete in time.
    case timeout(Duration)
    /// A stream was asked for and the agent answered with an error status; the content is what it said.
    case status(Int, body: [UInt8])
    /// The connection broke, or what arrived is not the HTTP that an agent speaks.
    case `protocol`(String)
}

extension AgentClientError {
    /// What a person can do about it; nil where the description says all.
    package var wayOut: String? {
        switch self {
        case .suspended(let process): "let it go on with: kill -CONT \(process)"
        case .impostor(let path, let process, _):
            "nothing but a greeting was sent to it; end it (pid \(process)), or let it listen elsewhere than on \(path)"
        case .stranger: "nothing was sent to it; end it, or run orchplan as that user"
        case .notPermitted: "run orchplan as that user"
        case .notRunning, .timeout, .status, .protocol: nil
        }
    }
}

extension AgentClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notRunning(let path): "no agent answers on \(path)"
        case .notPermitted(let path): "the agent on \(path) belongs to another user"
        case .stranger(let path, let user): "what listens on \(path) is a program of another user, with the id \(user)"
        case .impostor(let path, let process, let name):
            "another program, \(name) (pid \(process)), listens in the place of the agent, on \(path), and answers nothing"
        case .suspended(let process): "the agent (pid \(process)) is suspended and answers nothing"
        case .timeout(let limit): "the agent did not answer within \(limit.components.seconds) seconds"
        case .status(let status, _): "the agent answered with status \(status)"
        case .protocol(let reason): "the connection to the agent failed: \(reason)"
        }
    }
}

extension AgentError {
    package init(_ error: AgentClientError) {
        self.init(.unreachable, error.description, help: error.wayOut)
    }
}
