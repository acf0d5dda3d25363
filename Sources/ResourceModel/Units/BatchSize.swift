/// How many instances may change together: a number or a share of all.
package enum BatchSize: Sendable, Hashable {
    case count(Int)
    case percent(Int)

    /// Reads `2` or `25%`; nil for everything else, zero and shares over 100 included.
    package init?(parsing text: some StringProtocol) {
        if text.hasSuffix("%") {
            guard let share = Int(text.dropLast()), (1...100).contains(share) else { return nil }
            self = .percent(share)
        } else {
            guard let count = Int(text), count >= 1 else { return nil }
            self = .count(count)
        }
    }

    /// The number for `total` instances: a share rounds down but never below one.
    package func resolved(total: Int) -> Int {
        switch self {
        case .count(let count): max(1, count)
        case .percent(let share): max(1, total * share / 100)
        }
    }

    package var text: String {
        switch self {
        case .count(let count): "\(count)"
        case .percent(let share): "\(share)%"
        }
    }
}
