import Plans
import ResourceModel

/// The steps of a draft, before they are numbered.
struct StepGraph {
    /// Which of a subject's steps a node is.
    enum Role: Sendable, Hashable {
        case main
        /// Makes way for the replacement of something that the service uses.
        case early
        /// Removes an old object of this name.
        case retire(String)
    }

    /// A node and the steps it needs, with how far those must have got.
    struct Node: Sendable {
        var subject: Int
        var role: Role
        var needs: [(node: Int, condition: DependencyCondition?)] = []
    }

    private(set) var nodes: [Node] = []
    private(set) var scheduled: [ScheduledNode] = []
    private var main: [Int]
    private var early: [Int]
    private var retires: [Int: [Int]] = [:]
    /// Deletions that come before a replacement, not last.
    private var isEarlyDelete: [Bool]

    init(_ draft: Draft) {
        main = [Int](repeating: -1, count: draft.decisions.count)
        early = main
        isEarlyDelete = [Bool](repeating: false, count: draft.decisions.count)
        guard draft.indices.contains(where: { draft.hasStep($0) }) else { return }
        for index in draft.indices where draft.isSelected[index] && draft.replacesObject(index) {
            for user in draft.users(ofReplaced: index) where draft.decisions[user].action == .delete {
                isEarlyDelete[user] = true
            }
        }
        for index in draft.indices { addNodes(index, draft) }
        for node in nodes.indices { addNeeds(node, draft) }
    }

    private mutating func addNodes(_ index: Int, _ draft: Draft) {
        let decision = draft.decisions[index]
        let isPlanned = draft.isSelected[index]
        if isPlanned, decision.isRebuilt { early[index] = add(index, .early, weight: 1, phase: 0) }
        if isPlanned, let action = decision.action {
            let isLast = (action == .delete || action == .forget) && !isEarlyDelete[index]
            main[index] = add(index, .main, weight: weight(index, draft), phase: isLast ? 1 : 0)
        } else if draft.world.subjects[index].graph != nil {
            // As it is, and others are still ordered through it.
            main[index] = add(index, .main, weight: 0, phase: 0)
        }
        guard isPlanned, !decision.retired.isEmpty else { return }
        retires[index] = decision.retired.map { add(index, .retire($0), weight: 1, phase: 1) }
    }

    private mutating func add(_ subject: Int, _ role: Role, weight: Int, phase: Int) -> Int {
        nodes.append(Node(subject: subject, role: role))
        scheduled.append(ScheduledNode(weight: weight, needs: [], phase: phase))
        return nodes.count - 1
    }

    /// How many things a step changes at a moment.
    private func weight(_ index: Int, _ draft: Draft) -> Int {
        let decision = draft.decisions[index]
        guard let rollout = decision.rollout else { return 1 }
        let limit = max(1, draft.options.batch)
        if decision.action == .replace {
            let present = draft.world.observed(draft.world.subjects[index])?.instances.count ?? 1
            return min(limit, max(1, present))
        }
        return max(1, min(rollout.parallelism, rollout.replacements.count))
    }

    private mutating func addNeeds(_ node: Int, _ draft: Draft) {
        let index = nodes[node].subject
        switch nodes[node].role {
        case .main where draft.isSelected[index] && draft.decisions[index].action == .delete:
            deletionNeeds(node, index, draft)
        case .main:
            for need in draft.needs(index) { self.need(node, main[need.subject], need.condition) }
            if draft.isSelected[index], draft.decisions[index].isRebuilt { need(node, early[index]) }
            if draft.isSelected[index], draft.replacesObject(index) {
                for user in draft.users(ofReplaced: index) {
                    need(node, isEarlyDelete[user] ? main[user] : early[user])
                }
            }
        case .early:
            for user in draft.recordedUsers[index] {
                need(node, isEarlyDelete[user] ? main[user] : early[user])
            }
        case .retire:
            if let action = draft.decisions[index].action, action != .delete { need(node, main[index]) }
            for user in draft.recordedUsers[index] { need(node, main[user]) }
        }
    }

    private mutating func deletionNeeds(_ node: Int, _ index: Int, _ draft: Draft) {
        for user in draft.recordedUsers[index] {
            if isEarlyDelete[index] {
                need(node, isEarlyDelete[user] ? main[user] : early[user])
            } else {
                need(node, main[user])
            }
        }
        for retire in retires[index] ?? [] { need(node, retire) }
        // No record says what they use: they go before everything that they might.
        guard draft.world.subjects[index].address.kind != .service else { return }
        for stray in draft.strayServices { need(node, main[stray]) }
    }

    private mutating func need(_ node: Int, _ other: Int, _ condition: DependencyCondition? = nil) {
        guard other >= 0, other != node else { return }
        // What is as it should be already and comes in an earlier phase orders nothing.
        if scheduled[other].weight == 0, scheduled[node].phase != scheduled[other].phase { return }
        if nodes[node].needs.contains(where: { $0.node == other && $0.condition == condition }) { return }
        nodes[node].needs.append((other, condition))
        scheduled[node].needs.append(other)
    }
}
