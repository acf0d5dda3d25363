import ResourceModel

/// Runs the commands of scale policies beside one another, so that one that hangs holds up none of the others.
struct CommandValues: Sendable {
    /// The most commands that run at one time.
    static let most = 8

    var surroundings: any ReconcileSurroundings

    /// What each command printed; one that gave no number is left out.
    func collect(_ policies: [ResourceAddress: ScalePolicy]) async -> [ResourceAddress: Double] {
        let commands =
            policies.compactMap { address, policy -> (address: ResourceAddress, command: [String])? in
                guard policy.metric == .command, let command = policy.command else { return nil }
                return (address, command)
            }
            .sorted { $0.address < $1.address }
        return await withTaskGroup(of: (ResourceAddress, Double?).self) { group in
            var values: [ResourceAddress: Double] = [:]
            for (index, entry) in commands.enumerated() {
                if index >= Self.most, let (address, value) = await group.next() { values[address] = value }
                group.addTask { (entry.address, await surroundings.value(of: entry.command)) }
            }
            for await (address, value) in group { values[address] = value }
            return values
        }
    }
}
