import ResourceModel

/// Somebody who follows a simulated cluster's events, one at a time.
///
/// Waiting for the next event is a wait for other work, as `TimeSource` has it.
actor EventFeed {
    private let box: Mailbox<ClusterEvent>
    private var waiting: ArraySlice<ClusterEvent> = []

    init(time: any TimeSource) {
        box = Mailbox(time: time)
    }

    nonisolated func tell(_ event: ClusterEvent) { box.put([event]) }

    /// The next event; nil: the listening task was cancelled.
    func next() async -> ClusterEvent? {
        if waiting.isEmpty {
            let box = box
            waiting = await withTaskCancellationHandler {
                await box.take()[...]
            } onCancel: {
                box.close()
            }
        }
        return waiting.popFirst()
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
