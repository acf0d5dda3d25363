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
        if nodes.contains(where: { $0.cpus >= cpus && $0.memory >= memory }) { return [] }
        let most = nodes.map(\.cpus).max() ?? cpus
        let largest = nodes.map(\.memory).max() ?? memory
        return [
            PlanFinding(
                code: "OP3003",
                severity: .error,
                address: service.step.address,
                message:
                    "an instance of \(service.step.address) reserves \(cpus.text) CPUs and \(memory.text), which no node has",
                help: "the largest node has \(most.text) CPUs and \(largest.text); lower 'resources.reservations'"
            )
        ]
    }
}
