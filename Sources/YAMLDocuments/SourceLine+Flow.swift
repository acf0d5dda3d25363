import SourceDiagnostics

/// Which brackets are open where a fault shows.
struct OpenFlows {
    /// How many are open at `offset`, as far as the scanner of libyaml got; nil when it had read on.
    var level: Int?
    var offset = 0
    /// Where those start that the parser knows of.
    var starts: [Int] = []

    /// Whether a byte at or in front of `offset` on its line stands inside a bracket.
    func isOpen(at place: Int, in file: SourceFile) -> Bool {
        guard var level else { return starts.contains { $0 < place } }
        for at in place..<max(place, min(offset, file.count)) {
            switch file.bytes[at] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): level -= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): level += 1
            default: break
            }
        }
        return level > 0
    }
}

/// Values inside a list or a map in brackets.
extension SourceLine {
    /// The end of a value without quotes on this line: before the comma or bracket that ends it, its own not counted.
    ///
    /// Nil where a bracket of its own is not closed on the line, so that nobody knows where it ends.
    func flowValueEnd(from value: Int) -> Int? {
        var to = value
        var depth = 0
        let mayBeKey = before(value).map { $0 != UInt8(ascii: ":") } ?? true
        search: while to < end {
            switch file.base[to] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { break search }
                depth -= 1
                // What `{{` opens, `}}` closes, or the bracket around it would be taken for its own.
                if depth == 1, startsTemplate(value), to + 1 >= end || file.base[to + 1] != UInt8(ascii: "}") {
                    return nil
                }
            case UInt8(ascii: ","):
                if depth == 0 { break search }
            case UInt8(ascii: ":"):
                if depth == 0, mayBeKey, to + 1 < end, file.base[to + 1] == 0x20 { break search }
            case UInt8(ascii: "#"):
                if to > value, file.base[to - 1] <= 0x20 { break search }
            default: break
            }
            to += 1
        }
        guard depth == 0 else { return nil }
        while to > value, file.base[to - 1] <= 0x20 { to -= 1 }
        return to
    }

    /// Whether a value inside brackets starts here.
    func startsInFlow(_ offset: Int) -> Bool { before(offset) == nil || hasBefore(offset, ":,[{") }

    /// Whether one of some letters stands in front of `offset`, with nothing but blanks between them.
    func hasBefore(_ offset: Int, _ letters: String) -> Bool {
        before(offset).map { letters.utf8.contains($0) } ?? false
    }

    /// The last byte of the line in front of `offset` that is not blank.
    private func before(_ offset: Int) -> UInt8? {
        var at = offset - 1
        while at >= start, file.base[at] <= 0x20 { at -= 1 }
        return at >= start ? file.base[at] : nil
    }

    /// The start of a template in front of the fault whose braces are not closed there.
    func openTemplate() -> Int? {
        var found: Int?
        var at = start
        while at + 1 < min(offset, end) {
            if startsTemplate(at) {
                if found == nil, startsInFlow(at) || at == itemStart() { found = at }
                at += 2
            } else if file.base[at] == UInt8(ascii: "}"), file.base[at + 1] == UInt8(ascii: "}") {
                found = nil
                at += 2
            } else {
                at += 1
            }
        }
        return found
    }

    /// Whether `{{` stands at `offset`.
    func startsTemplate(_ offset: Int) -> Bool {
        offset + 1 < end && file.base[offset] == UInt8(ascii: "{") && file.base[offset + 1] == UInt8(ascii: "{")
    }
}
