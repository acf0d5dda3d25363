/// A pattern of paths, by the rules of git's own matcher: `*` and `?` stop at slashes, `**` between slashes does not.
///
/// A port of the semantics of `wildmatch` with path names; works on bytes, as the kernel compares names.
struct PathPattern: Sendable, Hashable {
    private let pattern: [UInt8]

    init(_ pattern: some Sequence<UInt8>) {
        self.pattern = Array(pattern)
    }

    func matches(_ text: some Sequence<UInt8>) -> Bool { match(0, Array(text)[...]) == .match }

    /// Whether a text holds anything that only a pattern gives a meaning.
    static func isPattern(_ text: String) -> Bool { text.utf8.contains { "*?[{".utf8.contains($0) } }

    private enum Outcome {
        case match
        case mismatch
        /// No other place of this text can match.
        case hopeless
        /// Only a `**` further left can still match.
        case hopelessForStar
    }

    private func match(_ start: Int, _ text: ArraySlice<UInt8>) -> Outcome {
        var index = start
        var rest = text
        while index < pattern.count {
            let byte = pattern[index]
            if byte == UInt8(ascii: "*") { return star(index, rest) }
            guard let first = rest.first else { return .hopeless }
            switch byte {
            case UInt8(ascii: "?"):
                if first == UInt8(ascii: "/") { return .mismatch }
                index += 1
            case UInt8(ascii: "["):
                guard let set = ByteSet(pattern, at: index) else { return .hopeless }
                if !set.holds(first) || first == UInt8(ascii: "/") { return .mismatch }
                index = set.end
            case UInt8(ascii: "\\"):
                guard index + 1 < pattern.count, pattern[index + 1] == first else { return .mismatch }
                index += 2
            default:
                if byte != first { return .mismatch }
                index += 1
            }
            rest = rest.dropFirst()
        }
        return rest.isEmpty ? .match : .mismatch
    }

    private func star(_ start: Int, _ text: ArraySlice<UInt8>) -> Outcome {
        let slash = UInt8(ascii: "/")
        var next = start
        while next < pattern.count, pattern[next] == UInt8(ascii: "*") { next += 1 }
        var crosses = false
        if next - start > 1 {
            let rest = pattern[next...]
            let opens = start == 0 || pattern[start - 1] == slash
            if opens, rest.isEmpty || rest.first == slash || rest.starts(with: "\\/".utf8) {
                // `**/` stands for no folder, too.
                if rest.first == slash, match(next + 1, text) == .match { return .match }
                crosses = true
            }
        }
        if next == pattern.count { return crosses || !text.contains(slash) ? .match : .hopelessForStar }
        if !crosses, pattern[next] == slash {
            guard let at = text.firstIndex(of: slash) else { return .mismatch }
            return match(next, text[at...])
        }
        var rest = text
        while true {
            let outcome = match(next, rest)
            if outcome != .mismatch, !crosses || outcome != .hopelessForStar { return outcome }
            guard let first = rest.first else { return .hopeless }
            if !crosses, first == slash { return .hopelessForStar }
            rest = rest.dropFirst()
        }
    }
}

/// A set of bytes in brackets, such as `[a-z]`, `[!0-9]` and `[[:alpha:]_]`.
private struct ByteSet {
    private var bytes: [ClosedRange<UInt8>] = []
    private var classes: [(UInt8) -> Bool] = []
    private var isNegated = false
    /// Behind the closing bracket.
    private(set) var end = 0

    func holds(_ byte: UInt8) -> Bool {
        (bytes.contains { $0.contains(byte) } || classes.contains { $0(byte) }) != isNegated
    }

    /// Nil for a set that is never closed.
    init?(_ pattern: [UInt8], at start: Int) {
        var index = start + 1
        func byte(_ position: Int) -> UInt8? { position < pattern.count ? pattern[position] : nil }
        if byte(index) == UInt8(ascii: "!") || byte(index) == UInt8(ascii: "^") {
            isNegated = true
            index += 1
        }
        var before: UInt8?
        var isFirst = true
        while true {
            guard var this = byte(index) else { return nil }
            if this == UInt8(ascii: "]"), !isFirst { break }
            isFirst = false
            if this == UInt8(ascii: "-"), let low = before, let high = byte(index + 1), high != UInt8(ascii: "]") {
                index += 1
                var high = high
                if high == UInt8(ascii: "\\") {
                    index += 1
                    guard let escaped = byte(index) else { return nil }
                    high = escaped
                }
                if low <= high { bytes.append(low...high) }
                before = nil
            } else if this == UInt8(ascii: "["), byte(index + 1) == UInt8(ascii: ":"),
                let close = pattern[(index + 2)...].firstIndex(of: UInt8(ascii: "]"))
            {
                if close - 1 >= index + 2, pattern[close - 1] == UInt8(ascii: ":") {
                    let name = String(decoding: pattern[(index + 2)..<(close - 1)], as: UTF8.self)
                    guard let known = Self.named[name] else { return nil }
                    classes.append(known)
                    before = nil
                    index = close
                } else {
                    bytes.append(this...this)
                    before = this
                }
            } else if this == UInt8(ascii: "["), byte(index + 1) == UInt8(ascii: ":") {
                return nil
            } else {
                if this == UInt8(ascii: "\\") {
                    index += 1
                    guard let escaped = byte(index) else { return nil }
                    this = escaped
                }
                bytes.append(this...this)
                before = this
            }
            index += 1
        }
        end = index + 1
    }

    private static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
    private static func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private static func isAlnum(_ byte: UInt8) -> Bool { isLower(byte) || isUpper(byte) || isDigit(byte) }

    private static let named: [String: @Sendable (UInt8) -> Bool] = [
        "alnum": { isAlnum($0) },
        "alpha": { isLower($0) || isUpper($0) },
        "blank": { $0 == 0x20 || $0 == 0x09 },
        "cntrl": { $0 < 0x20 || $0 == 0x7F },
        "digit": { isDigit($0) },
        "graph": { $0 > 0x20 && $0 < 0x7F },
        "lower": { isLower($0) },
        "print": { $0 >= 0x20 && $0 < 0x7F },
        "punct": { $0 > 0x20 && $0 < 0x7F && !isAlnum($0) },
        "space": { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) },
        "upper": { isUpper($0) },
        "xdigit": { isDigit($0) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66) },
    ]
}
