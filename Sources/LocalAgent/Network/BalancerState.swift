import NIOCore
import ResourceModel
import Synchronization

/// What all connections of one load balancer share; every method may be called from any thread.
final class BalancerState: Sendable {
    private struct Shared {
        var pool: BackendPool
        /// What connections know of their backends; kept while a backend is named or has connections.
        var lanes: [Backend: BackendLane] = [:]
        var closed = false
        var nextKey = 0
        /// Connections to close with the load balancer, by key.
        var channels: [Int: any Channel] = [:]
        /// Connections that wait for a backend, by key.
        var held: [Int: @Sendable () -> Void] = [:]
        /// Drains in progress, by key.
        var drains: [Int: (id: String, done: EventLoopPromise<Void>)] = [:]

        mutating func refreshLanes() {
            for (backend, lane) in lanes {
                lane.isLeaving = !pool.accepts(backend)
                if lane.isLeaving, pool.open[backend.id] == nil, !pool.backends.contains(backend) {
                    lanes[backend] = nil
                }
            }
        }

        mutating func lane(_ backend: Backend) -> BackendLane {
            if let lane = lanes[backend] { return lane }
            let lane = BackendLane(backend)
            lanes[backend] = lane
            return lane
        }

        mutating func key() -> Int {
            nextKey += 1
            return nextKey
        }
    }

    private let shared: Mutex<Shared>

    let halfClosedTime: TimeAmount
    let restTime: TimeAmount

    init(policy: LoadBalancing, halfClosedTime: TimeAmount, restTime: TimeAmount) {
        self.halfClosedTime = halfClosedTime
        self.restTime = restTime
        shared = Mutex(Shared(pool: BackendPool(policy: policy)))
    }

    var counts: [String: Int] { shared.withLock { $0.pool.counts } }

    func accepts(_ backend: Backend) -> Bool { shared.withLock { $0.pool.accepts(backend) } }

    /// Whether some backend takes new connections.
    var hasBackend: Bool { shared.withLock { $0.pool.hasAccepting } }

    func claim(excluding tried: Set<Backend> = []) -> BackendLane? {
        shared.withLock { shared in
            guard !shared.closed, let backend = shared.pool.claim(excluding: tried) else { return nil }
            return shared.lane(backend)
        }
    }

    func release(_ id: String) {
        let done = shared.withLock { shared -> [EventLoopPromise<Void>] in
            guard shared.pool.release(id) else { return [] }
            shared.refreshLanes()
            let ended = shared.drains.filter { $0.value.id == id }
            for key in ended.keys { shared.drains[key] = nil }
            return ended.values.map(\.done)
        }
        for promise in done { promise.succeed() }
    }

    func setPolicy(_ policy: LoadBalancing) { shared.withLock { $0.pool.policy = policy } }

    func setBackends(_ backends: [Backend]) {
        let held = shared.withLock { shared in
            shared.pool.replace(with: backends)
            shared.refreshLanes()
            defer { shared.held = [:] }
            return shared.held.values
        }
        for wake in held { wake() }
    }

    /// Calls `wake` once, at the next change of the backends.
    ///
    /// - Returns: a key for `stopHolding`.
    func hold(_ wake: @escaping @Sendable () -> Void) -> Int {
        shared.withLock { shared in
            let key = shared.key()
            shared.held[key] = wake
            return key
        }
    }

    func stopHolding(_ key: Int) {
        shared.withLock { _ = $0.held.removeValue(forKey: key) }
    }
}

// MARK: - Drains

extension BalancerState {
    /// Starts a drain.
    ///
    /// - Returns: a key for `endDrain`; nil when no connection is open and `done` was succeeded at once.
    func startDrain(_ id: String, _ done: EventLoopPromise<Void>) -> Int? {
        let (key, channels) = shared.withLock { shared -> (Int?, [any Channel]) in
            shared.pool.startDrain(id)
            shared.refreshLanes()
            guard !shared.closed, shared.pool.open[id, default: 0] > 0 else { return (nil, []) }
            let key = shared.key()
            shared.drains[key] = (id, done)
            return (key, Array(shared.channels.values))
        }
        if key == nil { done.succeed() }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(DrainBegan()) }
        return key
    }

    /// Ends the wait of one drain: its deadline has passed or its caller was cancelled.
    func endDrain(_ key: Int) {
        shared.withLock { $0.drains.removeValue(forKey: key) }?.done.succeed()
    }
}

// MARK: - Closing

extension BalancerState {
    /// Takes a connection into account, to be closed with the load balancer.
    ///
    /// - Returns: false when the load balancer is closed already; the connection is then to be dropped.
    func register(_ channel: any Channel) -> Bool {
        let key = shared.withLock { shared -> Int? in
            guard !shared.closed else { return nil }
            let key = shared.key()
            shared.channels[key] = channel
            return key
        }
        guard let key else { return false }
        channel.closeFuture.whenComplete { _ in
            self.shared.withLock { _ = $0.channels.removeValue(forKey: key) }
        }
        return true
    }

    /// Refuses everything from now on, ends all drains and hands out the connections to close.
    func close() -> [any Channel] {
        let (channels, drains) = shared.withLock { shared in
            shared.closed = true
            defer {
                shared.drains = [:]
                shared.held = [:]
            }
            return (Array(shared.channels.values), shared.drains.values.map(\.done))
        }
        for promise in drains { promise.succeed() }
        return channels
    }
}
