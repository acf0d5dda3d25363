extension Duration {
    /// Whole nanoseconds; saturates far beyond any duration that a manifest may hold.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : product &+ attoseconds / 1_000_000_000
    }

    /// Reads `10s`, `1m30s`, `500ms`, `1h`: the grammar of the Compose specification's durations.
    ///
    /// Units are `us`, `ms`, `s`, `m`, `h` and `d`, from large to small, each at most once; a fraction is allowed
    /// (`1.5s`). Returns nil for everything else, a bare number included.
    package init?(parsing text: some StringProtocol) {
        var total: Int64 = 0
        var lastUnit = Int64.max
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let unit = rest[digits.endIndex...].prefix { $0.isASCII && $0.isLetter }
            guard let scale = Self.unitNanoseconds[String(unit)], scale < lastUnit,
                let value = Self.scaled(digits, by: scale)
            else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(value)
            guard !overflow else { return nil }
            total = sum
            lastUnit = scale
            rest = rest[unit.endIndex...]
        }
        // A microsecond is the smallest unit that `text` can print back.
        self = .nanoseconds(total - total % 1000)
    }

    /// The shortest text that `init(parsing:)` reads back: `1m30s`, `500ms`, `0s`.
    package var text: String {
        var rest = nanoseconds
        guard rest > 0 else { return "0s" }
        var parts = ""
        for (unit, scale) in Self.orderedUnits where rest >= scale {
            parts += "\(rest / scale)\(unit)"
            rest %= scale
        }
        return parts.isEmpty ? "0s" : parts
    }

    private static let orderedUnits: [(String, Int64)] = [
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000),
    ]
    private static let unitNanoseconds: [String: Int64] = [
        "d": 86_400_000_000_000, "h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000,
        "us": 1000,
    ]

    private static func scaled(_ digits: Substring, by scale: Int64) -> Int64? {
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let whole = Int64(first) else { return nil }
        let (product, overflow) = whole.multipliedReportingOverflow(by: scale)
        guard !overflow else { return nil }
        guard parts.count == 2 else { return product }
        guard !parts[1].isEmpty, parts[1].count <= 9, let fraction = Int64(parts[1]) else { return nil }
        var divisor: Int64 = 1
        for _ in 0..<parts[1].count { divisor *= 10 }
        let (scaledFraction, fractionOverflow) = fraction.multipliedReportingOverflow(by: scale)
        return fractionOverflow ? nil : product + scaledFraction / divisor
    }
}
