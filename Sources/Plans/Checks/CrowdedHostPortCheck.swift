import ResourceModel

extension ServiceCheck {
    /// More instances than nodes that could give each its host port.
    static let crowdedHostPort = ServiceCheck(code: "OP3010") { service, context in
        guard context.capabilities.hostPortsAreExclusive, !service.spec.mode.isGlobal,
            let port = service.spec.ports.first(where: { $0.mode == .host && $0.published?.count == 1 }),
            let published = port.published
        else { return [] }
        let nodes = service.spec.eligibleNodes(context.inventory.nodes).count
        guard nodes > 0, service.rollout.desiredReplicas > nodes else { return [] }
        let all = service.spec.eligibleNodes(context.inventory.nodes, ready: false)
        let away = service.rollout.desiredReplicas <= all.count ? NodesAway(all, context) : nil
        return [
            PlanFinding(
                code: "OP3010",
                severity: away == nil ? .error : .warning,
                address: service.step.address,
                message:
                    "\(service.rollout.desiredReplicas) instances of \(service.step.address) want host port \(published.text), and \(Counted.text(nodes, "node")) \(nodes == 1 ? "has" : "have") it to give"
                    + (away.map { "; \($0.text)" } ?? ""),
                help: away?.help ?? "use 'mode: ingress', fewer replicas, or 'mode: global' for the service"
            )
        ]
    }
}
