import Glibc
import Synchronization

/// The processes of one command, which may be asked to end from any thread and at any time.
final class ProcessGroup: Sendable {
    private struct State {
        /// The group's leader; while it is not dismissed, its id means nobody else.
        var guardian: GroupGuardian?
        var isEnded = false
    }

    private let state = Mutex(State())

    /// The group is there, with its leader only.
    func began(_ guardian: GroupGuardian) {
        state.withLock { $0.guardian = guardian }
    }

    /// Somebody has joined the group, who ends at once where it was ended before.
    func joined() {
        state.withLock { state in
            if state.isEnded, let guardian = state.guardian { kill(-guardian.process, SIGKILL) }
        }
    }

    /// Kills every process of the group.
    func end() {
        state.withLock { state in
            state.isEnded = true
            if let guardian = state.guardian { kill(-guardian.process, SIGKILL) }
        }
    }

    /// Waits for a process of the group to end and takes its status, as wait(2) has it; -1 where there is none.
    ///
    /// The group is over then: what the process has left behind in it goes on by itself.
    func reap(_ child: pid_t) -> Int32 {
        defer { disband() }
        var status: Int32 = -1
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        return status
    }

    /// Ends the leader; nobody is killed any more.
    func disband() {
        let guardian = state.withLock { state in
            defer { state.guardian = nil }
            return state.guardian
        }
        guardian?.dismiss()
    }
}
