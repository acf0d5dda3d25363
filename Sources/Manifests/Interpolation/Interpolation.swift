/// Puts variables into a text as compose-go does: `$NAME`, `${NAME}`, the operators `:-` `-` `:?` `?` `:+` `+` with
/// nesting, and `$$` for a dollar sign.
///
/// Go templates in double braces are copied as they are. Works on a scalar that is parsed already, so a value can never
/// add structure.
struct Interpolation {
    /// What went wrong, at which byte of the text, and for how many bytes.
    struct Fault: Error, Equatable {
        enum Kind: Equatable {
            /// A `$` that begins nothing; the reason.
            case syntax(String)
            case unset(String)
            /// `${NAME:?message}`
            case required(String, String)
        }

        var kind: Kind
        var offset: Int
        var length: Int
    }

    private let bytes: [UInt8]
    private let lookup: (String) -> String?
    /// Every variable that was looked up, and where.
    private(set) var uses: [(name: String, offset: Int)] = []

    init(_ bytes: some Sequence<UInt8>, lookup: @escaping (String) -> String?) {
        self.bytes = Array(bytes)
        self.lookup = lookup
    }

    /// The text with everything put in.
    mutating func expanded() throws(Fault) -> [UInt8] {
        try expand(0..<bytes.count)
    }

    private mutating func expand(_ range: Range<Int>) throws(Fault) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == UInt8(ascii: "{"), let end = templateEnd(index, range.upperBound) {
                result += bytes[index..<end]
                index = end
            } else if byte == UInt8(ascii: "$") {
                index = try substitute(at: index, limit: range.upperBound, into: &result)
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    /// The end of a template in double braces that starts here.
    private func templateEnd(_ start: Int, _ limit: Int) -> Int? {
        guard start + 1 < limit, bytes[start + 1] == UInt8(ascii: "{") else { return nil }
        var index = start + 2
        while index + 1 < limit {
            if bytes[index] == UInt8(ascii: "}"), bytes[index + 1] == UInt8(ascii: "}") { return index + 2 }
            index += 1
        }
        return nil
    }

    /// Handles one `$`; gives where the text goes on.
    private mutating func substitute(at start: Int, limit: Int, into result: inout [UInt8]) throws(Fault) -> Int {
        guard start + 1 < limit else { throw syntax("a lone `$`", start, 1) }
        let next = bytes[start + 1]
        if next == UInt8(ascii: "$") {
            result.append(UInt8(ascii: "$"))
            return start + 2
        }
        if next == UInt8(ascii: "{") { return try braced(at: start, limit: limit, into: &result) }
        let end = nameEnd(start + 1, limit)
        guard end > start + 1 else { throw syntax("a `$` that begins no variable", start, 2) }
        let name = text(start + 1..<end)
        guard let value = look(up: name, at: start) else {
            throw Fault(kind: .unset(name), offset: start, length: end - start)
        }
        result += value.utf8
        return end
    }

    private mutating func braced(at start: Int, limit: Int, into result: inout [UInt8]) throws(Fault) -> Int {
        guard let close = closingBrace(start + 2, limit) else {
            throw syntax("an unclosed `${`", start, min(limit - start, 40))
        }
        let length = close + 1 - start
        let end = nameEnd(start + 2, close)
        guard end > start + 2 else { throw syntax("`${` without the name of a variable", start, length) }
        let name = text(start + 2..<end)
        let value = look(up: name, at: start)
        var index = end
        if index == close {
            guard let value else { throw Fault(kind: .unset(name), offset: start, length: length) }
            result += value.utf8
            return close + 1
        }
        let countsEmpty = bytes[index] == UInt8(ascii: ":")
        if countsEmpty { index += 1 }
        let operand = index + 1..<max(index + 1, close)
        // With a colon, an empty variable counts as an unset one.
        let isSet = value.map { !(countsEmpty && $0.isEmpty) } ?? false
        switch index < close ? bytes[index] : 0 {
        case UInt8(ascii: "-"): result += isSet ? Array((value ?? "").utf8) : try expand(operand)
        case UInt8(ascii: "+"): if isSet { result += try expand(operand) }
        case UInt8(ascii: "?"):
            guard isSet, let value else {
                let message = String(decoding: try expand(operand), as: UTF8.self)
                throw Fault(kind: .required(name, message), offset: start, length: length)
            }
            result += value.utf8
        default: throw syntax("an unknown operator behind `\(name)`", start, length)
        }
        return close + 1
    }

    /// The brace that closes one which is open before `from`; braces of nested variables are skipped.
    private func closingBrace(_ from: Int, _ limit: Int) -> Int? {
        var depth = 0
        var index = from
        while index < limit {
            if bytes[index] == UInt8(ascii: "$"), index + 1 < limit {
                if bytes[index + 1] == UInt8(ascii: "{") { depth += 1 }
                index += 2
                continue
            }
            if bytes[index] == UInt8(ascii: "}") {
                if depth == 0 { return index }
                depth -= 1
            }
            index += 1
        }
        return nil
    }

    private func nameEnd(_ start: Int, _ limit: Int) -> Int {
        var index = start
        while index < limit {
            let byte = bytes[index]
            let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte == UInt8(ascii: "_")
            guard isLetter || (index > start && Digits.isDigit(byte)) else { break }
            index += 1
        }
        return index
    }

    private mutating func look(up name: String, at offset: Int) -> String? {
        uses.append((name, offset))
        return lookup(name)
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func syntax(_ reason: String, _ offset: Int, _ length: Int) -> Fault {
        Fault(kind: .syntax(reason), offset: offset, length: length)
    }
}
