/// Puts variables into a text as compose-go does: `$NAME`, `${NAME}`, the operators `:-` `-` `:?` `?` `:+` `+` with
/// nesting, and `$$` for a dollar sign.
///
/// Go templates in double braces are copied as they are. Works on a scalar that is parsed already, so a value can never
/// add structure.
package struct Interpolation {
    /// What went wrong, at which byte of the text, and for how many bytes.
    package struct Fault: Error, Equatable {
        package enum Kind: Equatable {
            /// A `$` that begins nothing; the reason.
            case syntax(String)
            case unset(String)
            /// `${NAME:?message}`
            case required(String, String)
            /// More open braces than `nestingLimit`.
            case nesting
            /// More bytes than `lengthLimit` after everything was put in.
            case length
        }

        package var kind: Kind
        package var offset: Int
        package var length: Int
    }

    /// How many `${` may be open at once.
    static let nestingLimit = 64
    /// How long a text may become: a few long values, named often, would fill any memory.
    package static let lengthLimit = 16 << 20
    /// How many faults of one text are kept.
    private static let faultLimit = 16

    private let bytes: [UInt8]
    private let lookup: (String) -> String?
    /// Every variable that was looked up, and where.
    package private(set) var uses: [(name: String, offset: Int)] = []
    /// What went wrong, in the order of the text; one name that is not set counts once.
    package private(set) var faults: [Fault] = []
    /// Where the braces close that are nested in the one being read, by the place of their `$`.
    private var closings: [Int: Int] = [:]
    /// The first `}}` at or behind `from`, so that many open templates do not all search to the end.
    private var nextTemplateEnd: (from: Int, found: Int)?

    package init(_ bytes: some Sequence<UInt8>, lookup: @escaping (String) -> String?) {
        self.bytes = Array(bytes)
        self.lookup = lookup
    }

    /// The text with everything put in; throws the first fault, and `faults` has them all.
    package mutating func expanded() throws(Fault) -> [UInt8] {
        var result: [UInt8] = []
        do throws(Fault) {
            result = try expand(0..<bytes.count)
        } catch {
            faults.append(error)
        }
        faults.sort { $0.offset < $1.offset }
        if let first = faults.first { throw first }
        return result
    }

    /// Keeps a fault behind which the text can still be read.
    private mutating func note(_ fault: Fault) throws(Fault) {
        if faults.contains(where: { $0.kind == fault.kind }) { return }
        guard faults.count + 1 < Self.faultLimit else { throw fault }
        faults.append(fault)
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
                guard result.count <= Self.lengthLimit else {
                    throw Fault(kind: .length, offset: range.lowerBound, length: 1)
                }
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    /// The end of a template in double braces that starts here.
    private mutating func templateEnd(_ start: Int, _ limit: Int) -> Int? {
        guard start + 1 < limit, bytes[start + 1] == UInt8(ascii: "{") else { return nil }
        var index = start + 2
        if let known = nextTemplateEnd, known.from <= index, index <= known.found {
            index = known.found
        } else {
            let from = index
            while index < bytes.count {
                if bytes[index] == UInt8(ascii: "}"), index + 1 == bytes.count || bytes[index + 1] == bytes[index] {
                    break
                }
                index += 1
            }
            nextTemplateEnd = (from, index)
        }
        return index + 2 <= limit ? index + 2 : nil
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
        if let value = look(up: name, at: start) {
            result += value.utf8
        } else {
            try note(Fault(kind: .unset(name), offset: start, length: end - start))
        }
        return end
    }

    private mutating func braced(at start: Int, limit: Int, into result: inout [UInt8]) throws(Fault) -> Int {
        let known = closings[start]
        guard let close = known == nil ? try closingBrace(of: start, limit) : known else {
            throw syntax("an unclosed `${`", start, min(limit - start, 40))
        }
        let length = close + 1 - start
        let end = nameEnd(start + 2, close)
        guard end > start + 2 else { throw syntax("`${` without the name of a variable", start, length) }
        let name = text(start + 2..<end)
        let value = look(up: name, at: start)
        var index = end
        if index == close {
            if let value {
                result += value.utf8
            } else {
                try note(Fault(kind: .unset(name), offset: start, length: length))
            }
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
                try note(Fault(kind: .required(name, message), offset: start, length: length))
                break
            }
            result += value.utf8
        default: throw syntax("an unknown operator behind `\(name)`", start, length)
        }
        return close + 1
    }

    /// The brace that closes the one behind a `$`; those of nested variables are kept in `closings`.
    private mutating func closingBrace(of start: Int, _ limit: Int) throws(Fault) -> Int? {
        var open = [start]
        var index = start + 2
        while index < limit, let innermost = open.last {
            if bytes[index] == UInt8(ascii: "$"), index + 1 < limit {
                if bytes[index + 1] == UInt8(ascii: "{") {
                    guard open.count < Self.nestingLimit else {
                        throw Fault(kind: .nesting, offset: index, length: 2)
                    }
                    open.append(index)
                }
                index += 2
                continue
            }
            if bytes[index] == UInt8(ascii: "}") {
                if open.count == 1 { return index }
                closings[innermost] = index
                open.removeLast()
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
