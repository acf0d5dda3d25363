/// A share of processors in billionths, as container engines count it: `1.5`.
package struct CPUCount: Sendable, Hashable, Comparable {
    package var nanoCPUs: Int64

    package init(nanoCPUs: Int64) {
        self.nanoCPUs = nanoCPUs
    }

    /// Reads a decimal number of processors with at most nine decimals; nil for everything else.
    package init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, first.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !first.isEmpty,
            let whole = Int64(first), whole < 1_000_000
        else { return nil }
        var nanos = whole * 1_000_000_000
        if parts.count == 2 {
            let decimals = parts[1]
            guard (1...9).contains(decimals.utf8.count), decimals.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let fraction = Int64(decimals)
            else { return nil }
            var scaled = fraction
            for _ in decimals.utf8.count..<9 { scaled *= 10 }
            nanos += scaled
        }
        nanoCPUs = nanos
    }

    /// The shortest decimal: `0.25`, `2`.
    package var text: String {
        let whole = nanoCPUs / 1_000_000_000
        var fraction = String(nanoCPUs % 1_000_000_000)
        guard fraction != "0" else { return "\(whole)" }
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }

    package static func < (lhs: CPUCount, rhs: CPUCount) -> Bool { lhs.nanoCPUs < rhs.nanoCPUs }
}
