import Drivers
import ResourceModel

extension EngineError {
    /// The error as apply understands it, and what to do about it.
    ///
    /// What may have been carried out although no answer came is `.unknownOutcome`; a call that was never sent is
    /// `.unreachable`, and so is a read without an answer.
    package var driverError: DriverError {
        switch self {
        case .settings(let message, let help): DriverError(.environment, message, help: help)
        case .notReachable(_, _, let help): DriverError(.unreachable, description, help: help)
        case .answered(let call, let status, let message): Refusal(call, status, message).driverError
        case .timedOut(let call, _), .broken(let call, _):
            call.changes
                ? DriverError(.unknownOutcome, description, help: Self.outcomeHelp)
                : DriverError(.unreachable, description, help: "see that the engine runs and is not overloaded")
        case .unreadable(let call, _):
            call.changes
                ? DriverError(.unknownOutcome, description, help: Self.outcomeHelp)
                : DriverError(.environment, description, help: "see that the address is that of a Docker Engine")
        case .credentials(_, _, let help): DriverError(.environment, description, help: help)
        case .closed: DriverError(.unreachable, description)
        }
    }

    fileprivate static let outcomeHelp = "the next run finds out whether it was done; run the same command again"
}

/// An answer of the engine with an error status, as it is sorted.
private struct Refusal {
    private let call: EngineCall
    private let status: Int
    private let message: String
    private let lowercased: String

    init(_ call: EngineCall, _ status: Int, _ message: String) {
        self.call = call
        self.status = status
        self.message = message
        lowercased = message.lowercased()
    }

    /// By words first: Swarm answers 500 to much that has a status of its own elsewhere.
    var driverError: DriverError {
        if let error = byWords { return error }
        switch status {
        case 400, 405, 501: return error(.invalid)
        case 401, 403: return error(.environment, "see that this client may do this with the engine")
        case 404: return error(.notFound, "somebody removed it: run plan again")
        case 409: return error(.conflict, "somebody else changed it or has its name: run plan again")
        case 429, 503: return error(.transient, "run the same command again")
        case 502, 504: return lost
        case 500...: return error(.transient, "see the engine's log (journalctl -u docker) if it goes on")
        default: return error(.invalid)
        }
    }

    private var byWords: DriverError? {
        if says("update out of sequence") {
            return error(.conflict, "somebody else changed it at the same moment: run plan again")
        }
        if says("does not have a leader") || says("has no leader") {
            return error(.transient, "bring back a majority of the manager nodes; see `docker node ls`")
        }
        if says("manager is being prepared") { return error(.transient, "run the same command again") }
        if says("not a swarm manager"), says("worker nodes") {
            return error(.environment, "name a manager, with --host, DOCKER_HOST or a context: this node is a worker")
        }
        if says("not a swarm manager") || says("not part of a swarm") {
            return error(
                .environment,
                "run `docker swarm init` there, or name another engine, with --host, DOCKER_HOST or a context"
            )
        }
        if says("deadlineexceeded") || says("deadline exceeded") || says("code = unavailable") { return lost }
        if says("client version") && says("too old") {
            return error(.environment, "this engine is too new: update orchplan")
        }
        if says("page not found") { return error(.environment, "the engine lacks this call: update it") }
        return aboutObjects
    }

    private var aboutObjects: DriverError? {
        guard status >= 400 else { return nil }
        if says("port") && (says("already in use") || says("already allocated")) {
            return error(.occupied, "publish another port, or remove what has this one")
        }
        if says("in use") && status != 404 { return error(.inUse, "remove what uses it first") }
        if says("already exists") || says("name conflicts with an existing object") {
            return error(.occupied, "give it another name, or remove the object that has it")
        }
        if status == 500, says("not found") || says("no such") {
            return error(.notFound, "somebody removed it: run plan again")
        }
        return nil
    }

    /// Somebody on the way gave up: a change may still go through.
    private var lost: DriverError {
        call.changes
            ? error(.unknownOutcome, EngineError.outcomeHelp)
            : error(.unreachable, "see that the engine runs and is not overloaded")
    }

    private func says(_ words: String) -> Bool { lowercased.contains(words) }

    private func error(_ code: DriverError.Code, _ help: String? = nil) -> DriverError {
        DriverError(code, EngineError.answered(call, status: status, message: message).description, help: help)
    }
}
