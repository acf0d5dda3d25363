import ResourceModel

extension ServiceCheck {
    /// Placement constraints that no ready node satisfies.
    static let unplaceable = ServiceCheck(code: "OP3008") { service, context in
        guard service.spec.mode.isGlobal || service.rollout.desiredReplicas > 0,
            service.spec.eligibleNodes(context.inventory.nodes).isEmpty
        else { return [] }
        let ready = context.inventory.nodes.count { $0.isReady }
        guard let constraints = service.spec.placement?.constraints, !constraints.isEmpty, ready > 0 else {
            return [
                PlanFinding(
                    code: "OP3008",
                    severity: .error,
                    address: service.step.address,
                    message: "no node is ready to run \(service.step.address)",
                    help: "'orchplan status' shows the nodes"
                )
            ]
        }
        return [
            PlanFinding(
                code: "OP3008",
                severity: .error,
                address: service.step.address,
                message:
                    "no ready node satisfies the placement of \(service.step.address): \(constraints.joined(separator: ", "))",
                help: "label a node, or change 'placement.constraints'"
            )
        ]
    }
}
