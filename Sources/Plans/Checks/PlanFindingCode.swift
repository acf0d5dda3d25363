/// The stable name of one kind of finding about a plan, for `explain` and the documentation.
package struct PlanFindingCode: Sendable, Hashable {
    /// The number, such as `OP3001`, which never changes its meaning.
    package let id: String
    /// The name, for people.
    package let slug: String
    /// What it means, in one sentence.
    package let summary: String
    /// What to do about it, in a sentence or two.
    package let remedy: String

    private init(_ id: String, _ slug: String, _ summary: String, remedy: String) {
        self.id = id
        self.slug = slug
        self.summary = summary
        self.remedy = remedy
    }

    /// Every code of the checks of this room and, from OP3101 on, of planning itself.
    package static let all: [PlanFindingCode] = [
        .init(
            "OP3001",
            "zero-healthy",
            "An update takes a service to zero healthy instances.",
            remedy:
                "Run more than one instance, or set update.order: startFirst, so that a new one serves before the old one goes."
        ),
        .init(
            "OP3002",
            "host-port-start-first",
            "A start-first update needs a host port twice.",
            remedy: "Set update.order: stopFirst, or publish the port in mode ingress."
        ),
        .init(
            "OP3003",
            "unfitting-reservations",
            "The reservations of a service fit on no node.",
            remedy: "Lower resources.reservations, or add a node with so much room."
        ),
        .init(
            "OP3004",
            "blind-rollout",
            "A rollout relies on health that no probe reports.",
            remedy: "Give the service a healthcheck or readiness: without one only an exit counts as a failure."
        ),
        .init(
            "OP3005",
            "occupied-port",
            "A published port is held by something else.",
            remedy: "End what holds the port, or publish another one."
        ),
        .init(
            "OP3006",
            "shared-port",
            "Two services publish one host port.",
            remedy: "Publish another port for one of the two services."
        ),
        .init(
            "OP3007",
            "late-port",
            "A port is wanted by a new service and held by one that is deleted later.",
            remedy: "Apply the deletion first, with --target, or publish another port."
        ),
        .init(
            "OP3008",
            "unplaceable",
            "The placement constraints of a service match no node.",
            remedy: "Correct placement.constraints, or give a node the role or the label that they ask for."
        ),
        .init(
            "OP3009",
            "short-monitor",
            "`update.monitor` is shorter than the health check takes to fail.",
            remedy: "Raise update.monitor to at least interval times retries of the health check."
        ),
        .init(
            "OP3010",
            "crowded-host-port",
            "A host port is wanted by more instances than there are nodes.",
            remedy: "Publish the port in mode ingress, publish a range, or run fewer instances."
        ),
        .init(
            "OP3011",
            "overbooked-cluster",
            "The services together reserve more than the cluster has.",
            remedy: "Lower resources.reservations or replicas, or add nodes."
        ),
        .init(
            "OP3012",
            "lost-volume",
            "A recorded volume is gone and is created again, empty.",
            remedy: "Restore the volume's data from a copy before services use it, and find out who deleted it."
        ),
        .init(
            "OP3013",
            "job-reruns",
            "A job that has run runs again.",
            remedy: "Make sure that running the job twice does no harm, or take its change back."
        ),
        .init(
            "OP3014",
            "privileged-port",
            "A port is one that only root may listen on.",
            remedy:
                "Publish a port from 1024 on, apply as root, or lower the limit: sysctl net.ipv4.ip_unprivileged_port_start."
        ),
        .init(
            "OP3015",
            "crowded-nodes",
            "`placement.maxPerNode` leaves no room for all instances of a service.",
            remedy: "Raise placement.maxPerNode, lower replicas, or add nodes."
        ),
        .init(
            "OP3016",
            "unready-dependency",
            "A service needs another to be healthy that is not, and that the plan does not change.",
            remedy: "Mend the other service first, or write condition: started under dependsOn."
        ),
        .init(
            "OP3017",
            "regenerated-secret",
            "A generated secret gets new random characters, also on the way back to an earlier revision.",
            remedy:
                "Tell what remembers the old ones, such as a database; or keep the secret in a file, where it can be kept."
        ),
        .init(
            "OP3018",
            "missing-external",
            "An external network, secret or config is not in the cluster.",
            remedy: "Create it first, with Docker's own client for example, or correct its name."
        ),
        .init(
            "OP3019",
            "kept-secret",
            "A generated secret is there and has no record: it keeps its characters, whatever made them.",
            remedy: "Nothing, if they are to stay; otherwise apply, then change its rotation."
        ),
        .init(
            "OP3020",
            "spare-secret",
            "A generated secret has objects with other characters, which no record knows of: they are left alone.",
            remedy:
                "Find out which characters are in use, and keep those in a file if need be; what is left goes when the secret is destroyed."
        ),
        .init(
            "OP3101",
            "volume-kept",
            "A volume that is not declared any more is kept with its data.",
            remedy: "Nothing, if the data are to stay; otherwise use --delete-volumes or --target volume/NAME."
        ),
        .init(
            "OP3102",
            "protected-kept",
            "A protected resource is kept although it is not declared any more.",
            remedy:
                "Nothing, if it is to stay; otherwise declare it again with protect: false, apply, and remove it then."
        ),
        .init(
            "OP3103",
            "foreign-resource",
            "A resource carries the project's label, but is neither declared nor recorded, and is left alone.",
            remedy:
                "Declare it, or remove it from the cluster by hand; another copy of this project's state may own it."
        ),
        .init(
            "OP3104",
            "left-out",
            "Targets leave some of the changes out of the plan.",
            remedy: "Nothing, if that was meant; otherwise plan without --target."
        ),
        .init(
            "OP3105",
            "needed-kept",
            "What a protected resource needs is kept although it is not declared any more.",
            remedy: "Nothing, if it is to stay; otherwise take the protection from what needs it first."
        ),
        .init(
            "OP3106",
            "unresolved-image",
            "A registry did not tell what an image stands for now.",
            remedy:
                "See that the engine reaches the registry and may read the image; until then recorded content stays, and a new image is what each node finds."
        ),
        .init(
            "OP3107",
            "unpinned-image",
            "A service was applied with an image that nothing pins, and stays so until its instances are replaced.",
            remedy:
                "Nothing, if that can wait; to pin it now, change something of its containers, such as containerLabels."
        ),
        .init(
            "OP3108",
            "copied-labels",
            "An object of the cluster carries the labels of one of this project's and is another; it is left alone.",
            remedy: "Take the labels from it, or remove it."
        ),
        .init(
            "OP3109",
            "unread-secret",
            "A secret cannot be read, and nobody knows whether its content changed.",
            remedy:
                "Give the plan what it needs to read it, such as ORCHPLAN_AGE_IDENTITY; until then it stays as it was applied."
        ),
    ]
}
