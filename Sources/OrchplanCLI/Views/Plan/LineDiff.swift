/// The difference of two lists of lines, with a little of what surrounds it.
struct LineDiff: Sendable {
    enum Entry: Sendable, Hashable {
        case kept(String)
        case added(String)
        case removed(String)
        /// So many unchanged lines are not shown.
        case hidden(Int)
    }

    let entries: [Entry]

    /// Lists longer than this are shown as wholly replaced: the exact difference would take too long to compute.
    private static let longest = 4000

    init(_ before: [String], _ after: [String], context: Int = 2) {
        let all = Self.compare(before, after)
        var near = [Bool](repeating: false, count: all.count)
        for (index, entry) in all.enumerated() {
            if case .kept = entry { continue }
            for other in max(0, index - context)...min(all.count - 1, index + context) { near[other] = true }
        }
        var shown: [Entry] = []
        var hidden = 0
        for (index, entry) in all.enumerated() {
            if near[index] {
                if hidden > 0 { shown.append(.hidden(hidden)) }
                hidden = 0
                shown.append(entry)
            } else {
                hidden += 1
            }
        }
        if hidden > 0 { shown.append(.hidden(hidden)) }
        entries = shown
    }

    private static func compare(_ before: [String], _ after: [String]) -> [Entry] {
        guard before.count + after.count <= longest else {
            return before.map(Entry.removed) + after.map(Entry.added)
        }
        let difference = after.difference(from: before)
        var removed = Set<Int>()
        var inserted = Set<Int>()
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var entries: [Entry] = []
        var old = 0
        var new = 0
        while old < before.count || new < after.count {
            if old < before.count, removed.contains(old) {
                entries.append(.removed(before[old]))
                old += 1
            } else if new < after.count, inserted.contains(new) {
                entries.append(.added(after[new]))
                new += 1
            } else {
                entries.append(.kept(after[new]))
                old += 1
                new += 1
            }
        }
        return entries
    }
}
