import NIOCore
import Synchronization

/// One backend as its open connections see it: whether it still takes requests.
///
/// Shared by all connections to the backend and read by them without a lock.
final class BackendLane: Sendable {
    let backend: Backend
    /// Where it is; nil when that is no numeric address.
    let address: SocketAddress?
    private let leaving = Atomic(false)

    init(_ backend: Backend) {
        self.backend = backend
        address = try? SocketAddress(ipAddress: backend.address, port: backend.port)
    }

    /// Whether the backend drains or was left out: an open connection may stay, a new request should go elsewhere.
    var isLeaving: Bool {
        get { leaving.load(ordering: .relaxed) }
        set { leaving.store(newValue, ordering: .relaxed) }
    }
}

/// Tells a client's connection that the drain of some backend has begun.
struct DrainBegan: Sendable {}
