import ResourceModel

extension ServiceCheck {
    /// More instances than the nodes may have of the service.
    static let crowdedNodes = ServiceCheck(code: "OP3015") { service, context in
        guard !service.spec.mode.isGlobal, let most = service.spec.placement?.maxPerNode else { return [] }
        let nodes = service.spec.eligibleNodes(context.inventory.nodes).count
        // No eligible node at all is another finding.
        guard nodes > 0 else { return [] }
        let room = Self.room(most, nodes)
        let all = service.spec.eligibleNodes(context.inventory.nodes, ready: false)
        func away(_ wanted: Int) -> NodesAway? {
            wanted <= Self.room(most, all.count) ? NodesAway(all, context) : nil
        }
        let rollout = service.rollout
        let extra =
            rollout.policy.order == .startFirst ? min(rollout.parallelism, rollout.replacements.count) : 0
        let limit = "'placement.maxPerNode: \(most)' lets \(Counted.text(nodes, "node")) have \(room)"
        if rollout.desiredReplicas > room {
            let away = away(rollout.desiredReplicas)
            return [
                PlanFinding(
                    code: "OP3015",
                    severity: away == nil ? .error : .warning,
                    address: service.step.address,
                    message: "\(service.step.address) is to have \(rollout.desiredReplicas) instances, and \(limit)"
                        + (away.map { "; \($0.text)" } ?? ""),
                    help: away?.help ?? "raise 'placement.maxPerNode', lower 'replicas', or add nodes"
                )
            ]
        }
        guard extra > 0, rollout.desiredReplicas + extra > room else { return [] }
        let spare = away(rollout.desiredReplicas + extra)
        return [
            PlanFinding(
                code: "OP3015",
                severity: spare == nil ? .error : .warning,
                address: service.step.address,
                message:
                    "\(service.step.address) starts new instances first, \(rollout.desiredReplicas + extra) at once with the old ones, and \(limit)"
                    + (spare.map { "; \($0.text)" } ?? ""),
                help: spare?.help ?? "set 'update.order: stopFirst', or raise 'placement.maxPerNode'"
            )
        ]
    }

    private static func room(_ most: Int, _ nodes: Int) -> Int {
        let (product, overflow) = most.multipliedReportingOverflow(by: nodes)
        return overflow ? .max : product
    }
}
