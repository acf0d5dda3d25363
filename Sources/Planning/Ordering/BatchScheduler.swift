/// One node of the order: a step, or a resource without one that others are ordered through.
struct ScheduledNode: Sendable {
    /// How much of `--batch` it takes; 0: it has no step and only passes the order on.
    var weight: Int
    /// Nodes that must be in earlier batches.
    var needs: [Int]
    /// Steps that make come first (0), steps that remove what is no longer used come after all of them (1).
    var phase: Int
}

/// Puts nodes into batches: greedy, in the order of the nodes, each batch at most `limit` heavy.
///
/// Linear but for the heap. A circle (which only records of different times can form, among removals) is cut at its
/// first node: the needs that were cut are returned.
struct BatchScheduler {
    private let nodes: [ScheduledNode]
    private let limit: Int
    private var dependents: [[Int]]
    private var waiting: [Int]
    private var ready = MinHeap()
    private var next: [Int] = []
    private var placed: [Bool]
    private var batch = 0
    private(set) var batches: [Int]
    /// Nodes that were placed although they had unmet needs.
    private(set) var cut: Set<Int> = []
    /// How many nodes that do not fit are looked past before a batch is closed.
    private static let lookahead = 64

    init(_ nodes: [ScheduledNode], limit: Int) {
        self.nodes = nodes
        self.limit = max(1, limit)
        dependents = [[Int]](repeating: [], count: nodes.count)
        waiting = [Int](repeating: 0, count: nodes.count)
        placed = [Bool](repeating: false, count: nodes.count)
        batches = [Int](repeating: 0, count: nodes.count)
        for index in nodes.indices {
            // Everything of an earlier phase is placed before this phase begins.
            for need in nodes[index].needs where nodes[need].phase == nodes[index].phase {
                dependents[need].append(index)
                waiting[index] += 1
            }
        }
    }

    mutating func run() {
        for phase in [0, 1] {
            var members = nodes.indices.filter { nodes[$0].phase == phase }[...]
            let first = members.filter { waiting[$0] == 0 }
            for node in first { release(node, into: true) }
            while true {
                if !ready.isEmpty {
                    fillBatch()
                } else if !cutCircle(&members) {
                    break
                }
            }
        }
    }

    private mutating func fillBatch() {
        var room = limit
        var passed: [Int] = []
        while room > 0, passed.count < Self.lookahead, let node = ready.pop() {
            let weight = min(nodes[node].weight, limit)
            guard weight <= room else {
                passed.append(node)
                continue
            }
            room -= weight
            batches[node] = batch
            place(node, into: false)
        }
        for node in passed { ready.push(node) }
        for node in next { ready.push(node) }
        next.removeAll(keepingCapacity: true)
        batch += 1
    }

    /// Nothing is ready and something is left: takes the first, whatever it waits for.
    private mutating func cutCircle(_ members: inout ArraySlice<Int>) -> Bool {
        while let first = members.first, placed[first] { members.removeFirst() }
        guard let first = members.first else { return false }
        cut.insert(first)
        waiting[first] = 0
        release(first, into: true)
        return true
    }

    /// Marks a node done with and releases what waited for it.
    private mutating func place(_ node: Int, into now: Bool) {
        placed[node] = true
        for dependent in dependents[node] where !placed[dependent] && waiting[dependent] > 0 {
            waiting[dependent] -= 1
            if waiting[dependent] == 0 { release(dependent, into: now) }
        }
    }

    /// Makes a node ready, for this batch or the next; nodes without a step are passed through, without recursion.
    private mutating func release(_ node: Int, into now: Bool) {
        var open = [node]
        while let node = open.popLast() {
            guard nodes[node].weight == 0 else {
                if now { ready.push(node) } else { next.append(node) }
                continue
            }
            placed[node] = true
            for dependent in dependents[node] where !placed[dependent] && waiting[dependent] > 0 {
                waiting[dependent] -= 1
                if waiting[dependent] == 0 { open.append(dependent) }
            }
        }
    }
}
