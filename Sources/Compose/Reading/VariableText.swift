/// Text in which variables may stand: `${NAME}`, `$NAME`.
enum VariableText {
    /// One mention of a variable.
    struct Mention: Sendable, Hashable {
        var name: String
        /// What stands behind the name: `:-`, `-`, `:?`, `?`, `:+`, `+`; empty for the name alone.
        var mark: String
        var word: String

        /// Whether it has to have a value from somewhere.
        var needsValue: Bool { mark.isEmpty }
    }

    /// Whether anything is put in.
    static func hasVariable(_ text: String) -> Bool { text.utf8.contains(0x24) && !mentions(text).isEmpty }

    /// How deep variables in words are looked at; manifests refuse more.
    private static let nestingLimit = 64
    /// How long the braces of one variable may be: behind that nobody closes them any more.
    private static let lengthLimit = 4096

    /// All variables, in order, those inside of words included.
    static func mentions(_ text: String, depth: Int = 0) -> [Mention] {
        guard depth <= nestingLimit else { return [] }
        var found: [Mention] = []
        var rest = Array(text.unicodeScalars)[...]
        while let dollar = rest.firstIndex(of: "$") {
            rest = rest[(dollar + 1)...]
            guard let next = rest.first else { break }
            if next == "$" {
                rest = rest.dropFirst()
            } else if next == "{", let close = closing(rest) {
                let inside = rest[(rest.startIndex + 1)..<close]
                let name = inside.prefix(while: isNamePart)
                let behind = inside.dropFirst(name.count)
                let length = behind.first == ":" ? 2 : min(1, behind.count)
                let word = self.text(behind.dropFirst(length))
                found.append(Mention(name: self.text(name), mark: self.text(behind.prefix(length)), word: word))
                found += mentions(word, depth: depth + 1)
                rest = rest[(close + 1)...]
            } else {
                let name = rest.prefix(while: isNamePart)
                if let first = name.first, !("0"..."9").contains(first) {
                    found.append(Mention(name: self.text(name), mark: "", word: ""))
                }
                rest = rest.dropFirst(name.count)
            }
        }
        return found.filter { !$0.name.isEmpty }
    }

    /// The one mention that a text consists of.
    static func only(_ text: String) -> Mention? {
        guard text.hasPrefix("$"), let first = mentions(text).first else { return nil }
        return written(first) == text ? first : nil
    }

    /// A mention in braces.
    static func written(_ mention: Mention) -> String { "${\(mention.name)\(mention.mark)\(mention.word)}" }

    /// The parts between separators that are in no braces of a variable and in no brackets of an address.
    static func split(_ text: String, at separator: Unicode.Scalar) -> [String] {
        var parts: [String] = [""]
        var depth = 0
        var isInBrackets = false
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar {
            case "{" where previous == "$": depth += 1
            case "}" where depth > 0: depth -= 1
            case "[" where depth == 0: isInBrackets = true
            case "]" where depth == 0: isInBrackets = false
            default: break
            }
            if scalar == separator, depth == 0, !isInBrackets {
                parts.append("")
            } else {
                parts[parts.count - 1].unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        return parts
    }

    /// Puts known values in; nil when one that is needed is not known.
    static func resolved(_ text: String, _ values: [String: String], depth: Int = 0) -> String? {
        guard depth <= nestingLimit else { return nil }
        var result = ""
        var rest = Array(text.unicodeScalars)[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += self.text(rest[..<dollar])
            rest = rest[(dollar + 1)...]
            if rest.first == "$" {
                result += "$"
                rest = rest.dropFirst()
            } else if rest.first == "{", let close = closing(rest) {
                guard let value = value(of: self.text(rest[...close]), values, depth) else { return nil }
                result += value
                rest = rest[(close + 1)...]
            } else {
                let name = rest.prefix(while: isNamePart)
                guard let value = values[self.text(name)] else { return nil }
                result += value
                rest = rest.dropFirst(name.count)
            }
        }
        return result + self.text(rest)
    }

    private static func value(of braces: String, _ values: [String: String], _ depth: Int) -> String? {
        guard let mention = mentions("$" + braces).first else { return nil }
        let known = values[mention.name]
        let isSet = known.map { !($0.isEmpty && mention.mark.hasPrefix(":")) } ?? false
        switch mention.mark {
        case "-", ":-": return isSet ? known : resolved(mention.word, values, depth: depth + 1)
        case "+", ":+": return isSet ? resolved(mention.word, values, depth: depth + 1) : ""
        default: return isSet ? known : nil
        }
    }

    /// The brace that closes the one that `rest` starts with.
    private static func closing(_ rest: ArraySlice<Unicode.Scalar>) -> Int? {
        var depth = 0
        var previous: Unicode.Scalar = "$"
        for index in rest.indices.prefix(lengthLimit) {
            if rest[index] == "{", previous == "$" { depth += 1 }
            if rest[index] == "}" {
                depth -= 1
                if depth == 0 { return index }
            }
            previous = rest[index]
        }
        return nil
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
    }

    private static func text(_ scalars: some Collection<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}
