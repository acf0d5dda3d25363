import Plans
import ResourceModel

extension FindingCases {
    /// Rules about nodes; the scene's are host1 (manager, zone a), host2 (worker, b) and host3 (worker, a), 4 CPUs and
    /// 8 GiB each.
    static let places = sizes + constraints + crowds

    private static func reserve(_ scene: inout Scene, cpus: Double = 0, gibibytes: Int = 0) {
        scene.edit("web") {
            $0.resources = ResourceRequirements()
            var reservations = ResourceReservations()
            reservations.cpus = cpus > 0 ? CPUCount(nanoCPUs: Int64(cpus * 1_000_000_000)) : nil
            reservations.memory = gibibytes > 0 ? ByteCount(bytes: Int64(gibibytes) << 30) : nil
            $0.resources?.reservations = reservations
        }
    }

    private static func away(_ scene: inout Scene, _ node: Int) {
        scene.inventory.nodes[node].isReady = false
        scene.inventory.nodes[node].condition = "drained"
    }

    private static let sizes = [
        FindingCase(
            code: "OP3003",
            name: "more CPUs than any node has",
            text:
                "error service/web: an instance of service/web reserves 4.5 CPUs, which none of 3 nodes that may run it has | host1 has 4 CPUs and 8GiB; lower 'resources.reservations', or add a larger node",
            fires: { reserve(&$0, cpus: 4.5) },
            near: { reserve(&$0, cpus: 4) }
        ),
        FindingCase(
            code: "OP3003",
            name: "the large node is none that may run it",
            text:
                "error service/web: an instance of service/web reserves 4 CPUs and 16GiB, which the node that may run it does not have | host1 has 4 CPUs and 8GiB; lower 'resources.reservations', or add a larger node",
            fires: {
                $0.inventory.nodes[2].memory = ByteCount(bytes: 32 << 30)
                reserve(&$0, cpus: 4, gibibytes: 16)
                $0.edit("web") { $0.placement = place("node.role == manager") }
            },
            near: { $0.edit("web") { $0.placement = place("node.role == worker") } }
        ),
        FindingCase(
            code: "OP3011",
            name: "more memory together than the cluster has",
            text:
                "warning service/web: all services together reserve 25GiB of 24GiB memory: some instances may find no room | lower 'resources.reservations', or add nodes",
            fires: {
                reserve(&$0, gibibytes: 5)
                $0.edit("web") { $0.replicas = 5 }
            },
            near: { reserve(&$0, cpus: 2, gibibytes: 4) }
        ),
    ]

    private static let constraints = [
        FindingCase(
            code: "OP3008",
            name: "a label that no node has",
            text:
                "error service/web: no node can run service/web: none of 3 ready nodes meets 'node.labels.zone == c' | node.labels.zone is 'a' on 2, 'b' on 1; describe the nodes under 'driver.nodes' in orchplan.yaml, or change 'placement.constraints'",
            fires: { $0.edit("web") { $0.placement = place("node.labels.zone==c", "node.role == worker") } },
            near: { $0.edit("web") { $0.placement = place("node.labels.zone==B", "node.role == worker") } }
        ),
        FindingCase(
            code: "OP3008",
            name: "two constraints that each some node meets",
            text:
                "error service/web: no node can run service/web: none of 3 ready nodes meets 'node.role == manager' and 'node.labels.zone == b' together | node.role is 'worker' on 2, 'manager' on 1; node.labels.zone is 'a' on 2, 'b' on 1; describe the nodes under 'driver.nodes' in orchplan.yaml, or change 'placement.constraints'",
            fires: { $0.edit("web") { $0.placement = place("node.role == manager", "node.labels.zone == b") } },
            near: { $0.edit("web") { $0.placement = place("node.role == manager", "node.labels.zone != b") } }
        ),
        FindingCase(
            code: "OP3008",
            name: "the only ready node has no such label",
            text:
                "error service/web: no node can run service/web: the only ready node does not meet 'node.labels.disk == ssd' | no node has a node.labels.disk; label a node, or change 'placement.constraints'",
            fires: {
                $0.capabilities.driver = "swarm"
                $0.inventory.nodes[1].isReady = false
                $0.inventory.nodes[2].isReady = false
                $0.edit("web") { $0.placement = place("node.labels.disk == ssd") }
            },
            near: { $0.inventory.nodes[0].labels["disk"] = "ssd" }
        ),
        FindingCase(
            code: "OP3008",
            name: "the node that it fits is drained, and constraints are not to blame",
            text:
                "warning service/web: no node can run service/web now: host2 (drained), which could, takes nothing new | bring it back, as 'orchplan status' shows them: until then instances wait",
            fires: {
                $0.inventory.nodes[1].labels["disk"] = "ssd"
                away(&$0, 1)
                $0.edit("web") { $0.placement = place("node.labels.disk == ssd") }
            },
            near: { $0.inventory.nodes[1].isReady = true }
        ),
        FindingCase(
            code: "OP3003",
            name: "the node that is large enough is drained",
            text:
                "warning service/web: an instance of service/web reserves 16GiB, which none of 2 nodes that may run it has; host3 (drained), which could, takes nothing new | bring it back, as 'orchplan status' shows them: until then instances wait",
            fires: {
                $0.inventory.nodes[2].memory = ByteCount(bytes: 32 << 30)
                away(&$0, 2)
                reserve(&$0, gibibytes: 16)
            },
            near: { $0.inventory.nodes[2].isReady = true }
        ),
        FindingCase(
            code: "OP3010",
            name: "a host port for which there are enough nodes once all are back",
            text:
                "warning service/web: 3 instances of service/web want host port 8080, and 2 nodes have it to give; host3 (drained), which could, takes nothing new | bring it back, as 'orchplan status' shows them: until then instances wait",
            fires: {
                away(&$0, 2)
                $0.edit("web") { $0.ports = [port(8080...8080, .host)] }
            },
            near: { $0.edit("web") { $0.replicas = 2 } }
        ),
        FindingCase(
            code: "OP3008",
            name: "no node is ready",
            text:
                "warning service/web: no node can run service/web now: host1 (drained), host2 (drained), host3 (drained), which could, take nothing new | bring one of them back, as 'orchplan status' shows them: until then instances wait",
            fires: {
                for index in $0.inventory.nodes.indices { away(&$0, index) }
                $0.edit("web") { $0.workingDir = "/b" }
            },
            near: { $0.edit("web") { $0.replicas = 0 } }
        ),
    ]

    private static let crowds = [
        FindingCase(
            code: "OP3015",
            name: "more replicas than maxPerNode lets the nodes have",
            text:
                "error service/web: service/web is to have 7 instances, and 'placement.maxPerNode: 2' lets 3 nodes have 6 | raise 'placement.maxPerNode', lower 'replicas', or add nodes",
            fires: {
                $0.edit("web") {
                    $0.placement = place(mostPerNode: 2)
                    $0.replicas = 7
                }
            },
            near: { $0.edit("web") { $0.replicas = 6 } }
        ),
        FindingCase(
            code: "OP3015",
            name: "room enough once the drained node is back",
            text:
                "warning service/web: service/web is to have 5 instances, and 'placement.maxPerNode: 2' lets 2 nodes have 4; host3 (drained), which could, takes nothing new | bring it back, as 'orchplan status' shows them: until then instances wait",
            fires: {
                away(&$0, 2)
                $0.edit("web") {
                    $0.placement = place(mostPerNode: 2)
                    $0.replicas = 5
                }
            },
            near: { $0.edit("web") { $0.replicas = 4 } }
        ),
        FindingCase(
            code: "OP3015",
            name: "no room for new instances beside the old",
            text:
                "error service/web: service/web starts new instances first, 4 at once with the old ones, and 'placement.maxPerNode: 1' lets 3 nodes have 3 | set 'update.order: stopFirst', or raise 'placement.maxPerNode'",
            fires: {
                rolled(&$0) {
                    $0.placement = place(mostPerNode: 1)
                    $0.update = UpdatePolicy()
                    $0.update?.order = .startFirst
                }
            },
            near: { $0.edit("web") { $0.update?.order = .stopFirst } }
        ),
    ]

    /// Rules of planning itself.
    static let others = [
        FindingCase(
            code: "OP3018",
            name: "an external network that the cluster does not have",
            text:
                "error network/front: network/front is external, and the cluster has no network edge; service/web needs it | create it first, or correct its 'name'",
            fires: {
                $0.declared.append(
                    Make.network("front") {
                        $0.external = true
                        $0.name = "edge"
                    }
                )
                $0.edit("web") { $0.networks = [NetworkAttachment(network: "front")] }
                $0.inventory.external = [.network: ["front"], .secret: [], .config: []]
            },
            near: { $0.inventory.external?[.network] = ["edge"] }
        ),
        FindingCase(
            code: "OP3108",
            name: "a service with copies of labels",
            text:
                "warning service/web: the service web-2 carries the labels of service/web and is another; it is left alone | take the labels from it (docker service update --label-rm orchplan.project web-2), or remove it",
            fires: {
                $0.edit("web") { $0.replicas = 4 }
                $0.inventory.copies = [LabelCopy(address: .init(.service, "web"), name: "web-2")]
            },
            near: { $0.inventory.copies = [] }
        ),
        FindingCase(
            code: "OP3103",
            name: "an object with the project's label that nobody knows",
            text:
                "warning network/stray: network/stray carries this project's label, but is neither declared nor recorded; it is left alone | another state may own it; if none does, 'orchplan destroy --target network/stray' removes it",
            fires: {
                $0.edit("web") { $0.replicas = 4 }
                $0.inventory.objects.append(stray)
            },
            // Another project's is nobody's business.
            near: { $0.inventory.objects[0].labels.project = "other" }
        ),
        FindingCase(
            code: "OP3103",
            name: "a leftover that this state began is removed instead",
            text:
                "warning network/stray: network/stray carries this project's label, but is neither declared nor recorded; it is left alone | another state may own it; if none does, 'orchplan destroy --target network/stray' removes it",
            fires: { $0.inventory.objects.append(stray) },
            near: { $0.recorded.attempted = [.init(.network, "stray")] }
        ),
    ]

    private static let stray = ObservedObject(
        labels: OwnershipLabels(
            project: "shop",
            address: .init(.network, "stray"),
            fingerprint: Fingerprint(text: "f"),
            operation: "op-x"
        ),
        name: "shop_stray"
    )
}
