import Glibc
import StateStores

/// Tells whether a lock's holder still runs, when it is a process of this host.
package enum LocalLiveness {
    /// Judges as the process that calls; what cannot be proven is not dead.
    package static let check: HolderLiveness = { holder in
        state(of: holder.request, seenBy: .current())
    }

    /// The rules: another host is unknown; another boot of this host is dead; another pid namespace (a container with
    /// the same host name) is unknown; else the process table decides, by pid and start time.
    static func state(of holder: LockRequest, seenBy observer: ProcessIdentity) -> HolderState {
        guard holder.host == observer.host, !holder.bootID.isEmpty, !observer.bootID.isEmpty else { return .unknown }
        if holder.bootID != observer.bootID {
            return boot(holder.bootID) == boot(observer.bootID) ? .unknown : .dead
        }
        guard let pid = pid_t(exactly: holder.pid), pid > 0 else { return .dead }
        if kill(pid, 0) != 0, errno == ESRCH { return .dead }
        guard let status = ProcessStatus(of: holder.pid) else { return .alive }
        // A holder that could not read its own start time is known by its pid alone.
        let isAnother = holder.startTicks != 0 && status.startTicks != holder.startTicks
        return status.hasEnded || isAnother ? .dead : .alive
    }

    private static func boot(_ id: String) -> Substring { id.prefix { $0 != "/" } }
}
