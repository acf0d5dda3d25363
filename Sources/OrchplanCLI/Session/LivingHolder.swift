import ResourceModel
import StateDatabase
import StateStores

extension Workspace {
    /// The holder of the lock, unless it is surely gone: a lock that a dead process left holds nobody up.
    func living(_ holder: LockHolder?) -> LockHolder? {
        holder.flatMap { LocalLiveness.check($0) == .dead ? nil : $0 }
    }

    /// Revisions as they are now: what still says `running` while nobody holds the lock was interrupted.
    func ended(_ revisions: [Revision], _ holder: LockHolder?) -> [Revision] {
        guard living(holder) == nil else { return revisions }
        return revisions.map { revision in
            var revision = revision
            if revision.outcome == .running { revision.outcome = .interrupted }
            return revision
        }
    }
}
