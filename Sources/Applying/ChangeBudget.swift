/// Keeps the promise that at most N things are changing at any moment.
///
/// A thing is an object that is being made or removed, a service that is being defined, or an instance from the first
/// operation on its slot until the new one is healthy.
struct ChangeBudget: Sendable {
    private let capacity: Int
    private var held: [Int: Int] = [:]
    private(set) var used = 0
    /// Steps that asked in vain since the last time somebody looked.
    private(set) var refused: Set<Int> = []

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Takes one for the step; false when all are taken.
    mutating func take(_ step: Int) -> Bool {
        guard used < capacity else {
            refused.insert(step)
            return false
        }
        used += 1
        held[step, default: 0] += 1
        refused.remove(step)
        return true
    }

    mutating func release(_ step: Int) {
        guard let count = held[step], count > 0 else { return }
        held[step] = count - 1
        used -= 1
    }

    mutating func releaseAll(_ step: Int) {
        used -= held.removeValue(forKey: step) ?? 0
        refused.remove(step)
    }

    /// Whether the step holds none and waits for one.
    func isStarved(_ step: Int) -> Bool { refused.contains(step) && (held[step] ?? 0) == 0 }

    var hasRoom: Bool { used < capacity }
}
