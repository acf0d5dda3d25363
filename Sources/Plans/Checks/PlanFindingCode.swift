/// The stable name of one kind of finding about a plan, for `explain` and the documentation.
package struct PlanFindingCode: Sendable, Hashable {
    /// The number, such as `OP3001`, which never changes its meaning.
    package let id: String
    /// The name, for people.
    package let slug: String
    /// What it means, in one sentence.
    package let summary: String

    private init(_ id: String, _ slug: String, _ summary: String) {
        self.id = id
        self.slug = slug
        self.summary = summary
    }

    /// Every code of the checks of this room and, from OP3101 on, of planning itself.
    package static let all: [PlanFindingCode] = [
        .init("OP3001", "zero-healthy", "An update takes a service to zero healthy instances."),
        .init("OP3002", "host-port-start-first", "A start-first update needs a host port twice."),
        .init("OP3003", "unfitting-reservations", "The reservations of a service fit on no node."),
        .init("OP3004", "blind-rollout", "A rollout relies on health that no probe reports."),
        .init("OP3005", "occupied-port", "A published port is held by something else."),
        .init("OP3006", "shared-port", "Two services publish one host port."),
        .init("OP3007", "late-port", "A port is wanted by a new service and held by one that is deleted later."),
        .init("OP3008", "unplaceable", "The placement constraints of a service match no node."),
        .init("OP3009", "short-monitor", "`update.monitor` is shorter than the health check takes to fail."),
        .init("OP3010", "crowded-host-port", "A host port is wanted by more instances than there are nodes."),
        .init("OP3011", "overbooked-cluster", "The services together reserve more than the cluster has."),
        .init("OP3012", "lost-volume", "A recorded volume is gone and is created again, empty."),
        .init("OP3013", "job-reruns", "A job that has run runs again."),
        .init("OP3014", "privileged-port", "A port is one that only root may listen on."),
        .init("OP3015", "crowded-nodes", "`placement.maxPerNode` leaves no room for all instances of a service."),
        .init("OP3101", "volume-kept", "A volume that is not declared any more is kept with its data."),
        .init("OP3102", "protected-kept", "A protected resource is kept although it is not declared any more."),
        .init(
            "OP3103",
            "foreign-resource",
            "A resource carries the project's label, but is neither declared nor recorded, and is left alone."
        ),
        .init("OP3104", "left-out", "Targets leave some of the changes out of the plan."),
        .init("OP3105", "needed-kept", "What a protected resource needs is kept although it is not declared any more."),
    ]
}
