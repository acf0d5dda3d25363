import ResourceModel

extension StuckReason {
    /// What the scheduler says of a task that it finds no node for: `no suitable node (A; B)`, most nodes first.
    static func scheduling(_ error: String, _ facts: ServiceFacts) -> StuckReason? {
        guard error.hasPrefix("no suitable node") else { return failure(error, facts) }
        let words = error.dropFirst("no suitable node".count).trimmingSpaces.drop { $0 == "(" }
            .prefix { $0 != ")" }
        let clauses = words.split(separator: ";").map { String($0.trimmingSpaces) }
        let shown = clauses.isEmpty ? "" : " (\(clauses.joined(separator: "; ")))"
        // The clause that can be helped comes before those that only count nodes.
        for clause in clauses {
            if let reason = clauseReason(clause, shown, facts) { return reason }
        }
        if clauses.contains(where: { $0.contains("not available for new tasks") }) {
            return StuckReason(
                .noNodeReady,
                "no node takes new tasks\(shown)",
                help: "bring a node back, or end its drain or pause with `docker node update --availability active`"
            )
        }
        return StuckReason(.noSuitableNode, "no node suits it\(shown)", help: "see `placement` and `resources`")
    }

    private static func clauseReason(_ clause: String, _ shown: String, _ facts: ServiceFacts) -> StuckReason? {
        switch true {
        case clause.contains("scheduling constraints not satisfied"): constraint(shown, facts)
        case clause.contains("max replicas per node"):
            StuckReason(
                .tooManyPerNode,
                "every node has its \(facts.maxReplicas) instances already\(shown)",
                help: "raise `placement.maxPerNode`, lower `replicas`, or add nodes"
            )
        case clause.contains("host-mode port already in use"): hostPort(shown, facts)
        case clause.contains("insufficient resources"):
            StuckReason(
                .tooLittleLeft,
                "no node has room for its reservations\(shown)",
                help: "lower `resources.reservations`, or add nodes"
            )
        case clause.contains("missing plugin"):
            StuckReason(
                .missingPlugin,
                "a network, volume or logging driver is missing on the nodes\(shown)",
                help: "install the plugin on the nodes, or use another driver"
            )
        case clause.contains("unsupported platform"):
            StuckReason(
                .wrongPlatform,
                "no node runs the platform of its image\(shown)",
                help: "build the image for the nodes' platform, or change `platform`"
            )
        default: nil
        }
    }

    private static func constraint(_ shown: String, _ facts: ServiceFacts) -> StuckReason {
        guard let hopeless = facts.hopelessConstraint else {
            return StuckReason(
                .noSuitableNode,
                "no ready node meets all of its constraints\(shown)",
                help: "relax `placement.constraints`, or label a node with `docker node update --label-add`"
            )
        }
        return StuckReason(
            .unknownConstraint,
            "no node meets the constraint \(hopeless)\(shown)",
            help: "look for a typing mistake, or label a node with `docker node update --label-add`"
        )
    }

    private static func hostPort(_ shown: String, _ facts: ServiceFacts) -> StuckReason {
        let ports = facts.hostPorts.map(String.init).joined(separator: ", ")
        guard facts.startsFirst else {
            return StuckReason(
                .portInUse,
                "the host port \(ports) is taken on every node\(shown)",
                help: "use another port, fewer replicas than nodes, or `mode: ingress`"
            )
        }
        return StuckReason(
            .startFirstWithHostPort,
            "the new instance waits for the host port \(ports) that the old one keeps\(shown)",
            help: "write `update: {order: stopFirst}`, or `mode: ingress` for the port"
        )
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmingSpaces: SubSequence {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = self[start...].lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
        return self[start..<end]
    }
}
