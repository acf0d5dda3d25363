import StateDatabase
import StateStores

extension Workspace {
    /// The holder of the lock, unless it is surely gone: a lock that a dead process left holds nobody up.
    func living(_ holder: LockHolder?) -> LockHolder? {
        holder.flatMap { LocalLiveness.check($0) == .dead ? nil : $0 }
    }
}
