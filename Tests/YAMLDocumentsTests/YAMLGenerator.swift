/// Numbers that look random and are the same for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Writes small YAML files by a grammar that reaches a little further than the subset of the scanner, and damages some.
struct YAMLGenerator {
    private var random: SeededGenerator
    private var text = ""

    private static let keys = [
        "a", "b", "c", "key", "name", "x-y", "a b", "kind", "spec", "1", "a.b/c", "-k", "\"q\"", "'s'", "long_key_name",
        "k1", "k2", "k3", "k4", "k5", "k6", "http://x", "a#b", "$v", "=", "(z)",
    ]
    private static let oddKeys = [
        "<<", "~", "null", "? a", "&a k", "*a", "!!str k", "", "\"a\\tb\"", "'a''b'", "[k]", "{k: v}", "é", "\"<<\"",
        "--- k", "a: b", "%k", "@k",
    ]
    private static let scalars = [
        "a", "b c", "1", "1.20", "true", "no", "~", "null", "Null", "NULL", "nULL", "22:22", "http://x:80/y?z#t", "a#b",
        "-1", "-x", "--flag", "-.5", "a:b", "x?", "$y", "a'b", "a\"b", "<", "<<", "=", "a - b", "---x", "..", ".",
        "a, b",
        "\"\"", "''", "\"a: b\"", "'a # b'", "'\"'", "\"'\"", "'a\\b'", "\"[\"", "/bin/sh -c", "a  ", "(a) {b}", "x]",
        "a;b",
    ]
    private static let oddScalars = [
        "&a x", "*a", "!!str x", "!x y", "? x", ": x", "- x", "|x", ">", "> x", "@x", "%x", "`x`", "{{ x }}", "{{x}}",
        "\"\\n\"",
        "'it''s'", "\"open", "'open", "a: b", "a:", "é", "\"é\"", "\u{2028}", "a\tb", "\ta", "a\t", "-", "---", "...",
        ",", "]",
        "}", "[a", "{a", "a\r", "\u{1}", "'a'b", "\"a\"#b", "'a' #c", "|2", ">-\n   x", "[]]", "?", ":", "&b", "-\u{1}",
    ]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// The bytes of one file.
    mutating func file() -> [UInt8] {
        text = ""
        if chance(8) { filler(0) }
        for index in 0...pick(3) {
            if index > 0 || chance(4) { text += one(of: ["---\n", "---\n", "---\n", "--- # c\n", "---  \n"]) }
            if chance(60) { text += one(of: ["...\n", "%YAML 1.1\n---\n", "--- a\n", "--- |\n  x\n", "---\n"]) }
            document()
        }
        if chance(6), text.hasSuffix("\n") { text.removeLast() }
        var bytes = Array(text.utf8)
        if chance(3) { damage(&bytes, times: 1 + pick(4)) }
        return bytes
    }

    /// Deletes, inserts, swaps, doubles and indents bytes and lines at random.
    mutating func damage(_ bytes: inout [UInt8], times: Int) {
        for _ in 0..<times { damage(&bytes) }
    }

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    private mutating func chance(_ one: Int) -> Bool { pick(one) == 0 }
    private mutating func one(of choices: [String]) -> String { choices[pick(choices.count)] }
    private mutating func spaces(_ most: Int) -> String { String(repeating: " ", count: pick(most + 1)) }

    private mutating func document() {
        let column = chance(10) ? pick(4) : 0
        if chance(12) {
            text += spaces(2) + value() + "\n"
        } else {
            block(column, depth: 0)
        }
    }

    private mutating func block(_ column: Int, depth: Int) {
        if chance(3) { sequence(column, depth: depth) } else { mapping(column, depth: depth) }
    }

    private mutating func indent(_ column: Int) {
        text += String(repeating: " ", count: chance(80) ? max(0, column + pick(3) - 1) : column)
    }

    private mutating func mapping(_ column: Int, depth: Int, continues: Bool = false) {
        for index in 0...pick(4) {
            if index > 0 || !continues {
                filler(column)
                indent(column)
            }
            text += chance(70) ? one(of: Self.oddKeys) : one(of: Self.keys)
            text += chance(20) ? " :" : chance(60) ? "" : ":"
            entry(column, depth: depth, inSequence: false)
        }
    }

    private mutating func sequence(_ column: Int, depth: Int, continues: Bool = false) {
        for index in 0...pick(3) {
            if index > 0 || !continues {
                filler(column)
                indent(column)
            }
            text += "-"
            if depth < 4, chance(3) {
                let gap = chance(5) ? 1 + pick(3) : 1
                text += String(repeating: " ", count: gap)
                if chance(4) {
                    sequence(column + 1 + gap, depth: depth + 1, continues: true)
                } else {
                    mapping(column + 1 + gap, depth: depth + 1, continues: true)
                }
            } else {
                entry(column, depth: depth, inSequence: true)
            }
        }
    }

    private mutating func entry(_ column: Int, depth: Int, inSequence: Bool) {
        let choice = pick(12)
        if choice < 3, depth < 4 {
            text += comment() + "\n"
            if !inSequence, chance(3) { return sequence(column, depth: depth + 1) }
            return block(column + 1 + pick(3), depth: depth + 1)
        }
        if choice == 3 {
            text += comment() + "\n"
        } else if choice == 4 {
            literal(column)
        } else if choice == 5 {
            text += "\n"
            filler(column)
            text += String(repeating: " ", count: column + 1 + pick(2)) + value() + comment() + "\n"
        } else {
            text += " " + spaces(chance(5) ? 2 : 0) + value() + comment() + "\n"
            if chance(60) { text += String(repeating: " ", count: column + pick(3)) + "more\n" }
        }
    }

    private mutating func value() -> String {
        if chance(70) { return one(of: Self.oddScalars) }
        return chance(4) ? flow(0) : one(of: Self.scalars)
    }

    private mutating func flow(_ depth: Int) -> String {
        let isMapping = chance(2)
        var items: [String] = []
        for _ in 0..<pick(4) {
            var item = depth < 3 && chance(4) ? flow(depth + 1) : one(of: chance(70) ? Self.oddScalars : Self.scalars)
            if isMapping { item = one(of: chance(70) ? Self.oddKeys : Self.keys) + (chance(30) ? ":" : ": ") + item }
            items.append(spaces(chance(4) ? 2 : 0) + item + spaces(chance(4) ? 2 : 0))
        }
        let inside = items.joined(separator: chance(30) ? "," : ", ") + (chance(30) ? "," : "")
        return isMapping ? "{\(inside)}" : "[\(inside)]"
    }

    private mutating func literal(_ column: Int) {
        text += one(of: [" |", " |", " |-", " |+", " |  ", " | # c", " |2", " >"]) + "\n"
        let inner = column + 1 + pick(3)
        if chance(4) { text += spaces(inner + 1) + "\n" }
        for _ in 0..<pick(4) {
            text +=
                String(repeating: " ", count: inner)
                + one(of: ["x", "a: b", "- c", "# d", "  e", "f  ", "", "'", "---"])
            text += "\n"
            if chance(4) { text += spaces(inner + 2) + "\n" }
        }
    }

    private mutating func comment() -> String {
        chance(8) ? one(of: [" # c", "  # c: d", " #", "#e", " # é", " ", "   "]) : ""
    }

    private mutating func filler(_ column: Int) {
        guard chance(8) else { return }
        text += one(of: [
            "\n", "\n\n", "# c\n", "  # d: e\n", "   \n", "        # f\n",
            String(repeating: " ", count: column) + "#\n",
        ])
    }

    // MARK: - Damage

    private mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let at = pick(bytes.count)
        switch pick(9) {
        case 0: bytes.remove(at: at)
        case 1, 2:
            let letters = Array(" \n:-#,[]{}'\"|>&*!?%@`\\~<a.\t\r\u{1}é".utf8)
            bytes.insert(letters[pick(letters.count)], at: at)
        case 3: bytes.swapAt(at, pick(bytes.count))
        case 4:
            let line = self.line(in: bytes, at)
            bytes.insert(contentsOf: bytes[line], at: line.lowerBound)
        case 5: bytes.removeSubrange(line(in: bytes, at))
        case 6: bytes.insert(contentsOf: Array(repeating: 0x20, count: 1 + pick(2)), at: line(in: bytes, at).lowerBound)
        case 7:
            let start = line(in: bytes, at).lowerBound
            if bytes[start] == 0x20 { bytes.remove(at: start) }
        default: bytes.removeSubrange(at...)
        }
    }

    private func line(in bytes: [UInt8], _ at: Int) -> Range<Int> {
        let start = bytes[..<at].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let end = bytes[at...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
        return start..<end
    }
}
