extension ServiceSpec {
    /// The nodes that its constraints allow, by their numbers from 1 in the inventory's order.
    ///
    /// - Parameter ready: Whether only those count that are ready; otherwise those that are down or drained may come back.
    package func eligibleNodes(_ nodes: [Node], ready: Bool = true) -> [Int] {
        guard let texts = placement?.constraints, !texts.isEmpty else {
            return nodes.indices.filter { nodes[$0].isReady || !ready }.map { $0 + 1 }
        }
        // One that cannot be read is met by nobody: ignoring it would place instances where they must not be.
        let constraints = texts.compactMap { try? PlacementConstraint(parsing: $0) }
        guard constraints.count == texts.count else { return [] }
        return nodes.indices
            .filter { index in (nodes[index].isReady || !ready) && constraints.allSatisfy { $0.allows(nodes[index]) } }
            .map { $0 + 1 }
    }

    /// The node for one more instance; nil when none may have it.
    ///
    /// A global service's slot is the number of its node. Other instances are spread over the values of each
    /// preference in turn, then over the nodes, as evenly as the instances that are there allow; never more than
    /// `maxPerNode` on one.
    ///
    /// - Parameters:
    ///   - taken: The hostnames of the nodes that the service's instances are on, one entry for each instance.
    ///   - offset: Where to begin among nodes that are equally good.
    /// - Returns: The node's number from 1 in the order of `nodes`.
    package func node(forSlot slot: Int, among nodes: [Node], taken: [String], offset: Int = 0) -> Int? {
        let eligible = eligibleNodes(nodes)
        if mode.isGlobal { return eligible.contains(slot) ? slot : nil }
        let loads = taken.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        let load = { (number: Int) in loads[nodes[number - 1].hostname] ?? 0 }
        var candidates = eligible.filter { load($0) < placement?.maxPerNode ?? .max }
        for text in placement?.preferences ?? [] {
            guard let preference = try? PlacementPreference(parsing: text) else { continue }
            let value = { (number: Int) in preference.key.value(of: nodes[number - 1]) }
            // Full nodes count for their share, too, and so do those that no longer may have instances.
            let shares = (0..<nodes.count)
                .reduce(into: [String: Int]()) { $0[value($1 + 1), default: 0] += load($1 + 1) }
            let least = candidates.map { shares[value($0)] ?? 0 }.min()
            candidates.removeAll { shares[value($0)] != least }
        }
        let count = max(1, nodes.count)
        return candidates.min { first, second in
            (load(first), (first - 1 - offset % count + count) % count)
                < (load(second), (second - 1 - offset % count + count) % count)
        }
    }
}
