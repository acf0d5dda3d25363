import ResourceModel

extension PlanCheck {
    /// What changed services use, nobody declares in full, and the cluster does not have.
    static let missingExternal = PlanCheck(code: "OP3018") { context in
        guard let there = context.inventory.external else { return [] }
        var users: [ResourceAddress: [ResourceAddress]] = [:]
        for step in context.plan.steps where step.rollout != nil {
            context.graph[step.address]?.spec
                .forEachReference { address, _, _ in
                    if users[address]?.last != step.address { users[address, default: []].append(step.address) }
                }
        }
        return users.compactMap { address, users in
            guard let spec = context.graph[address]?.spec, spec.isExternal, let names = there[address.kind] else {
                return nil
            }
            let name = spec.externalName ?? address.name
            guard !names.contains(name) else { return nil }
            let first = users.min() ?? address
            let needs = users.count == 1 ? "\(first) needs" : "\(first) and \(users.count - 1) more need"
            return PlanFinding(
                code: "OP3018",
                severity: .error,
                address: address,
                message: "\(address) is external, and the cluster has no \(address.kind.rawValue) \(name); \(needs) it",
                help: "create it first, or correct its 'name'"
            )
        }
    }
}
