/// How a text is written in YAML: without quotes where every reader takes it for the same text.
enum ScalarText {
    /// A text on one line.
    static func written(_ text: String, inFlow: Bool) -> String {
        if isPlain(text, inFlow: inFlow) { return text }
        let needsEscapes = text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || isOdd($0) }
        // Single quotes where they need no doubling, as `orchplan fmt` has it.
        if !needsEscapes, !text.contains("'") || text.contains("\"") || text.contains("\\") {
            return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        }
        return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    /// Whether a text is to stand on lines of its own, as it is.
    static func isLiteral(_ text: String) -> Bool {
        guard text.contains("\n"), !text.hasPrefix("\n"), !text.hasPrefix(" "), !text.hasPrefix("\t") else {
            return false
        }
        // What would need escapes, and what has nothing but line breaks, is clearer in quotes.
        return text.contains { !$0.isNewline }
            && text.unicodeScalars.allSatisfy { ($0.value >= 0x20 && $0.value != 0x7F && !isOdd($0)) || $0 == "\n" }
    }

    private static func isOdd(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80...0x9F, 0x2028, 0x2029, 0xFEFF, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFFFE, 0xFFFF:
            true
        default: false
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        default:
            guard scalar.value < 0x20 || scalar.value == 0x7F || isOdd(scalar) else { return String(scalar) }
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
    }

    private static func isPlain(_ text: String, inFlow: Bool) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard let first = scalars.first, let last = scalars.last, !isAnotherType(text) else { return false }
        if first == " " || last == " " || last == ":" || "?:,[]{}#&*!|>'\"%@`".unicodeScalars.contains(first) {
            return false
        }
        if first == "-", scalars.count == 1 || scalars[1] == " " || text.hasPrefix("---") { return false }
        if text.hasPrefix("...") || text == "<<" || text == "=" { return false }
        for (index, scalar) in scalars.enumerated() {
            if scalar.value < 0x20 || scalar.value == 0x7F || isOdd(scalar) { return false }
            if scalar == ":", index + 1 < scalars.count, scalars[index + 1] == " " { return false }
            if scalar == "#", index > 0, scalars[index - 1] == " " { return false }
            if inFlow, ",[]{}".unicodeScalars.contains(scalar) { return false }
            // A colon before a sign of the flow style ends a key for some readers.
            if inFlow, scalar == ":", index + 1 < scalars.count, ",[]{}\"'".unicodeScalars.contains(scalars[index + 1])
            {
                return false
            }
        }
        return true
    }

    /// Whether a reader of YAML 1.1 or 1.2 could take the text for null, a bool, a number or a date.
    private static func isAnotherType(_ text: String) -> Bool {
        switch text.lowercased() {
        case "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".nan", ".inf", "-.inf", "+.inf":
            return true
        default: break
        }
        guard let first = text.unicodeScalars.first(where: { $0 != "-" && $0 != "+" && $0 != "." }),
            ("0"..."9").contains(first)
        else { return false }
        // 8080, 1.5, 1e3, 0x1F, 1_000, 22:22, 2024-01-01
        let isNumeric = text.unicodeScalars.allSatisfy { "0123456789abcdefABCDEFxo_.:+-".unicodeScalars.contains($0) }
        let isWord = text.unicodeScalars.contains { ("a"..."d").contains($0) || ("A"..."D").contains($0) || $0 == "f" }
        if text.hasPrefix("0x") || text.hasPrefix("0o") { return isNumeric }
        // 1.2.3 and 10.0.0.1 are no numbers to anybody.
        let dots = text.unicodeScalars.count { $0 == "." }
        return isNumeric && !isWord && dots < 2
    }
}
