import ResourceModel

/// Nodes that a service fits and that take nothing new: what waits for them goes on when they are back.
struct NodesAway {
    private let nodes: [Node]

    /// - Parameter eligible: The nodes that the service fits, ready or not, by their numbers from 1.
    /// - Returns: Nil where each of them is ready.
    init?(_ eligible: [Int], _ context: PlanCheckContext) {
        nodes = eligible.map { context.inventory.nodes[$0 - 1] }.filter { !$0.isReady }
        if nodes.isEmpty { return nil }
    }

    /// `n2 (drained), which could, takes nothing new`.
    var text: String {
        let names = nodes.prefix(3).map { "\($0.hostname) (\($0.condition ?? "not ready"))" }.joined(separator: ", ")
        let more = nodes.count > 3 ? " and \(nodes.count - 3) more" : ""
        return "\(names)\(more), which could, \(nodes.count == 1 ? "takes" : "take") nothing new"
    }

    var help: String {
        "bring \(nodes.count == 1 ? "it" : "one of them") back, as 'orchplan status' shows them: until then instances wait"
    }
}
