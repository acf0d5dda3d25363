import ResourceModel

/// Which backends there are, which of them take new connections, and how many connections each has.
///
/// A plain value: every choice that the load balancer makes is made here. A claim counts from the moment of the choice,
/// before the connection stands, so that a drain also waits for a connection that is just being made.
struct BackendPool: Sendable {
    private(set) var backends: [Backend] = []
    /// The ids among the backends that take nothing new.
    ///
    /// Leaving `backends` ends the drain: an id that comes back later is a new instance, while a health report that
    /// arrives in the middle of a drain does not revive the old one.
    private(set) var draining: Set<String> = []
    /// Open connections by backend id; no entry is zero.
    private(set) var open: [String: Int] = [:]
    var policy: LoadBalancing
    private var turn = 0

    init(policy: LoadBalancing) {
        self.policy = policy
    }

    /// The open connections of every backend that is known or still has some.
    var counts: [String: Int] {
        backends.reduce(into: open) { $0[$1.id, default: 0] += 0 }
    }

    mutating func replace(with new: [Backend]) {
        var seen: Set<String> = []
        backends = new.filter { seen.insert($0.id).inserted }
        draining.formIntersection(seen)
    }

    mutating func startDrain(_ id: String) {
        guard backends.contains(where: { $0.id == id }) else { return }
        draining.insert(id)
    }

    /// Whether a new connection finds a place.
    var hasAccepting: Bool { backends.contains { !draining.contains($0.id) } }

    func accepts(_ backend: Backend) -> Bool {
        !draining.contains(backend.id) && backends.contains(backend)
    }

    /// Chooses the backend of a new connection and counts the connection as open.
    ///
    /// - Parameter tried: the backends that this connection has failed to reach already.
    /// - Returns: nil when every backend is draining or was tried.
    mutating func claim(excluding tried: Set<Backend> = []) -> Backend? {
        let count = backends.count
        var best: (index: Int, open: Int)?
        for step in 0..<count {
            let index = (turn + step) % count
            let backend = backends[index]
            if draining.contains(backend.id) || tried.contains(backend) { continue }
            let connections = policy == .leastConnections ? open[backend.id, default: 0] : 0
            if best.map({ connections < $0.open }) ?? true { best = (index, connections) }
            if policy == .roundRobin { break }
        }
        guard let index = best?.index else { return nil }
        turn = (index + 1) % count
        open[backends[index].id, default: 0] += 1
        return backends[index]
    }

    /// Ends a claim.
    ///
    /// - Returns: whether this was the backend's last connection.
    mutating func release(_ id: String) -> Bool {
        let left = open[id, default: 0] - 1
        open[id] = left > 0 ? left : nil
        return left <= 0
    }
}
