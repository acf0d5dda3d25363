import ResourceModel

extension ServiceCheck {
    /// More instances than the nodes may have of the service.
    static let crowdedNodes = ServiceCheck(code: "OP3015") { service, context in
        guard !service.spec.mode.isGlobal, let most = service.spec.placement?.maxPerNode else { return [] }
        let nodes = service.spec.eligibleNodes(context.inventory.nodes).count
        // No eligible node at all is another finding.
        guard nodes > 0 else { return [] }
        let (product, overflow) = most.multipliedReportingOverflow(by: nodes)
        let room = overflow ? Int.max : product
        let rollout = service.rollout
        let extra =
            rollout.policy.order == .startFirst ? min(rollout.parallelism, rollout.replacements.count) : 0
        let limit = "'placement.maxPerNode: \(most)' lets \(Counted.text(nodes, "node")) have \(room)"
        if rollout.desiredReplicas > room {
            return [
                PlanFinding(
                    code: "OP3015",
                    severity: .error,
                    address: service.step.address,
                    message: "\(service.step.address) is to have \(rollout.desiredReplicas) instances, and \(limit)",
                    help: "raise 'placement.maxPerNode', lower 'replicas', or add nodes"
                )
            ]
        }
        guard extra > 0, rollout.desiredReplicas + extra > room else { return [] }
        return [
            PlanFinding(
                code: "OP3015",
                severity: .error,
                address: service.step.address,
                message:
                    "\(service.step.address) starts new instances first, \(rollout.desiredReplicas + extra) at once with the old ones, and \(limit)",
                help: "set 'update.order: stopFirst', or raise 'placement.maxPerNode'"
            )
        ]
    }
}
