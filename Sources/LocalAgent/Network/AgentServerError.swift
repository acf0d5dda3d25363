/// Why the agent's server cannot start.
package enum AgentServerError: Error, Sendable, Hashable {
    /// Another agent answers on the socket.
    case alreadyRunning(path: String)
    /// Something that is no socket is in the way; it is left alone.
    case notASocket(path: String)
    /// Another program holds the lock on the socket's folder.
    case folderLocked(path: String)
    /// Anything else that the system said.
    case cannotListen(path: String, reason: String)
}

extension AgentServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .alreadyRunning(let path): "another agent answers on \(path); use it or stop it first"
        case .notASocket(let path): "cannot listen on \(path): a file that is no socket is there; move it away"
        case .folderLocked(let path): "cannot listen on \(path): another program holds the lock on its folder"
        case .cannotListen(let path, let reason): "cannot listen on \(path): \(reason)"
        }
    }
}
