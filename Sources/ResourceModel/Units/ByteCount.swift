/// A number of bytes: `512MiB`.
///
/// Units are `B`, `KiB`, `MiB`, `GiB`, `TiB` (powers of 1024) and `KB`, `MB`, `GB`, `TB` (powers of 1000).
package struct ByteCount: Sendable, Hashable, Comparable {
    package var bytes: Int64

    package init(bytes: Int64) {
        self.bytes = bytes
    }

    /// Reads a number with a unit; nil for a bare number, an unknown unit or a value that is no whole number of bytes.
    package init?(parsing text: some StringProtocol) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let scale = Self.units.first(where: { $0.0 == text[digits.endIndex...] })?.1,
            let number = Double(String(digits)), digits.first != ".", digits.last != ".",
            number * Double(scale) < 9.0e18
        else { return nil }
        let exact = Int64(String(digits)).map { $0.multipliedReportingOverflow(by: scale).partialValue }
        bytes = exact ?? Int64((number * Double(scale)).rounded())
    }

    /// The largest unit that keeps a whole number: `1536MiB`.
    package var text: String {
        for (unit, scale) in Self.binary where bytes != 0 && bytes % scale == 0 { return "\(bytes / scale)\(unit)" }
        return "\(bytes)B"
    }

    /// With one decimal at most, cut off, of the largest unit that it reaches: `23.5GiB` for people.
    package var approximate: String {
        for (unit, scale) in Self.binary where bytes >= scale {
            let tenths = bytes / scale * 10 + bytes % scale * 10 / scale
            return tenths % 10 == 0 ? "\(tenths / 10)\(unit)" : "\(tenths / 10).\(tenths % 10)\(unit)"
        }
        return text
    }

    package static func < (lhs: ByteCount, rhs: ByteCount) -> Bool { lhs.bytes < rhs.bytes }

    private static let binary: [(String, Int64)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ]
    private static let units =
        binary + [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("B", 1)]
}
