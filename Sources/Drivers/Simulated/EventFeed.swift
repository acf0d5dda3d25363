import ResourceModel

/// Somebody who follows a simulated cluster's events.
final class EventFeed: Sendable {
    private let continuation: AsyncThrowingStream<ClusterEvent, any Error>.Continuation

    init(_ continuation: AsyncThrowingStream<ClusterEvent, any Error>.Continuation) {
        self.continuation = continuation
    }

    /// Tells an event; false when nobody listens any more.
    @discardableResult
    func tell(_ event: ClusterEvent) -> Bool {
        if case .terminated = continuation.yield(event) { false } else { true }
    }
}

/// What those who follow a cluster's events know of it.
struct ToldState: Sendable {
    private var services: [String: ObservedService] = [:]
    private var objects: [ObservedObject] = []

    init(_ cluster: SimulatedCluster) {
        let inventory = cluster.inventory()
        services = Dictionary(inventory.services.map { ($0.address.name, $0) }) { $1 }
        objects = inventory.objects
    }

    /// One event for each service that is other than it was told, and one for the objects.
    func changes(to state: ToldState, at time: Int) -> [ClusterEvent] {
        var events = Set(services.keys).union(state.services.keys).sorted()
            .filter { services[$0] != state.services[$0] }
            .map { ClusterEvent(service: $0, kind: .changed, time: time) }
        if objects != state.objects { events.append(ClusterEvent(kind: .changed, time: time)) }
        return events
    }
}

extension SimulatedCluster {
    /// The time in whole milliseconds.
    var milliseconds: Int { Int(now / .milliseconds(1)) }
}
