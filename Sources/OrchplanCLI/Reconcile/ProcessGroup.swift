import Glibc
import Synchronization

/// The processes of one command, which may be asked to end from any thread and at any time.
final class ProcessGroup: Sendable {
    private struct State {
        /// The group's leader until its status was taken: for so long its id means nobody else.
        var leader: pid_t?
        var isEnded = false
    }

    private let state = Mutex(State())

    /// The command was started as the leader of a group; one that was ended before ends at once.
    func began(_ leader: pid_t) {
        state.withLock { state in
            state.leader = leader
            if state.isEnded { kill(-leader, SIGKILL) }
        }
    }

    /// Kills every process of the group.
    func end() {
        state.withLock { state in
            state.isEnded = true
            if let leader = state.leader { kill(-leader, SIGKILL) }
        }
    }

    /// Waits for the leader to end and takes its status, as wait(2) has it; -1 where there is none.
    func reap(_ leader: pid_t) -> Int32 {
        var end = siginfo_t()
        // Without taking it, since the wait must not hold off whoever ends the group.
        while waitid(P_PID, id_t(leader), &end, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        return state.withLock { state in
            var status: Int32 = -1
            while waitpid(leader, &status, 0) < 0, errno == EINTR {}
            state.leader = nil
            return status
        }
    }
}
