import ResourceModel

extension ServiceCheck {
    /// Reservations that no eligible node has.
    static let unfittingReservations = ServiceCheck(code: "OP3003") { service, context in
        guard let reserved = service.spec.resources?.reservations, service.rollout.desiredReplicas > 0 else {
            return []
        }
        let nodes = service.spec.eligibleNodes(context.inventory.nodes).map { context.inventory.nodes[$0 - 1] }
        // No eligible node at all is another finding.
        guard !nodes.isEmpty else { return [] }
        let cpus = reserved.cpus ?? CPUCount(nanoCPUs: 0)
        let memory = reserved.memory ?? ByteCount(bytes: 0)
        let fits = { (node: Node) in node.cpus >= cpus && node.memory >= memory }
        if nodes.contains(where: fits) { return [] }
        let all = service.spec.eligibleNodes(context.inventory.nodes, ready: false)
        let away = NodesAway(all.filter { fits(context.inventory.nodes[$0 - 1]) }, context)
        var wanted: [String] = []
        if cpus.nanoCPUs > 0 { wanted.append("\(cpus.text) CPUs") }
        if memory.bytes > 0 { wanted.append(memory.text) }
        let lacking =
            nodes.count == 1
            ? "the node that may run it does not have" : "none of \(nodes.count) nodes that may run it has"
        let largest = nodes.max { ($0.memory, $0.cpus) < ($1.memory, $1.cpus) }
        let size = largest.map { "\($0.hostname) has \($0.cpus.text) CPUs and \($0.memory.approximate)" } ?? ""
        return [
            PlanFinding(
                code: "OP3003",
                severity: away == nil ? .error : .warning,
                address: service.step.address,
                message:
                    "an instance of \(service.step.address) reserves \(wanted.joined(separator: " and ")), which \(lacking)"
                    + (away.map { "; \($0.text)" } ?? ""),
                help: away?.help ?? "\(size); lower 'resources.reservations', or add a larger node"
            )
        ]
    }
}
