import ResourceModel

extension ServiceCheck {
    /// Placement constraints that no ready node satisfies.
    static let unplaceable = ServiceCheck(code: "OP3008") { service, context in
        guard service.spec.mode.isGlobal || service.rollout.desiredReplicas > 0,
            service.spec.eligibleNodes(context.inventory.nodes).isEmpty
        else { return [] }
        let address = service.step.address
        if let away = NodesAway(service.spec.eligibleNodes(context.inventory.nodes, ready: false), context) {
            return [
                PlanFinding(
                    code: "OP3008",
                    severity: .warning,
                    address: address,
                    message: "no node can run \(address) now: \(away.text)",
                    help: away.help
                )
            ]
        }
        let ready = context.inventory.nodes.filter(\.isReady)
        func finding(_ message: String, _ help: String) -> [PlanFinding] {
            [PlanFinding(code: "OP3008", severity: .error, address: address, message: message, help: help)]
        }
        guard !ready.isEmpty else {
            return finding("no node is ready to run \(address)", "'orchplan status' shows the nodes")
        }
        let texts = service.spec.placement?.constraints ?? []
        let constraints = texts.compactMap { try? PlacementConstraint(parsing: $0) }
        if let unreadable = texts.first(where: { (try? PlacementConstraint(parsing: $0)) == nil }) {
            return finding(
                "no node can run \(address): its placement constraint '\(unreadable)' cannot be read",
                "write it as 'node.labels.NAME == VALUE'"
            )
        }
        // Those that no node meets are to blame; where each is met by some node, all of them together are.
        let unmet = constraints.filter { constraint in !ready.contains(where: constraint.allows) }
        let blamed = unmet.isEmpty ? constraints : unmet
        let isTogether = unmet.isEmpty && blamed.count > 1
        let names = blamed.map { "'\($0.text)'" }.joined(separator: isTogether ? " and " : " or ")
        let nobody =
            ready.count == 1 ? "the only ready node does not meet" : "none of \(ready.count) ready nodes meets"
        let message = "no node can run \(address): \(nobody) \(names)\(isTogether ? " together" : "")"
        return finding(message, offers(blamed, ready) + "; " + wayOut(context.capabilities.driver))
    }

    /// What the nodes have where the constraints ask: `node.labels.zone is 'a' on 2 nodes, 'b' on 1`.
    private static func offers(_ constraints: [PlacementConstraint], _ nodes: [Node]) -> String {
        var keys: [NodeKey] = []
        for constraint in constraints where !keys.contains(constraint.key) { keys.append(constraint.key) }
        return
            keys.map { key in
                let counts = Dictionary(grouping: nodes) { key.value(of: $0) }.mapValues(\.count)
                let values = counts.filter { !$0.key.isEmpty }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                guard !values.isEmpty else { return "no node has a \(key.text)" }
                var parts = values.prefix(4).map { "'\($0.key)' on \($0.value)" }
                if values.count > 4 { parts.append("\(values.count - 4) more values") }
                if let bare = counts[""] { parts.append("not set on \(bare)") }
                return "\(key.text) is " + parts.joined(separator: ", ")
            }
            .joined(separator: "; ")
    }

    private static func wayOut(_ driver: String) -> String {
        let label = driver == "swarm" ? "label a node" : "describe the nodes under 'driver.nodes' in orchplan.yaml"
        return "\(label), or change 'placement.constraints'"
    }
}
