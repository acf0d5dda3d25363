import ResourceModel
import StateStores

/// Whom somebody waits for.
enum LockWaitWords {
    /// `waiting for ann@laptop (pid 4242) to finish apply, begun 3m ago`.
    static func text(_ holder: LockHolder, now: Timestamp) -> String {
        let request = holder.request
        return "waiting for \(request.holder)@\(request.host) (pid \(request.pid)) to finish \(request.operation),"
            + " begun \(Words.age(now.since(holder.acquiredAt))) ago"
    }
}
