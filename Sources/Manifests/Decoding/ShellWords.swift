/// Splits a command line as a POSIX shell would, without expanding anything.
enum ShellWords {
    enum Fault: Error {
        case openQuote(Character)
        case trailingBackslash

        var text: String {
            switch self {
            case .openQuote(let quote): "an unclosed \(quote)"
            case .trailingBackslash: "a backslash with nothing behind it"
            }
        }
    }

    /// The words; quotes and backslashes as in POSIX.1-2017, Shell Command Language, 2.2.
    static func split(_ line: String) -> Result<[String], Fault> {
        var words: [String] = []
        var word = ""
        var isInWord = false
        var rest = line.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case " ", "\t", "\n":
                if isInWord { words.append(word) }
                word = ""
                isInWord = false
                continue
            case "'":
                guard let end = rest.firstIndex(of: "'") else { return .failure(.openQuote("'")) }
                word.unicodeScalars.append(contentsOf: rest[..<end])
                rest = rest[rest.index(after: end)...]
            case "\"":
                guard let text = doubleQuoted(&rest) else { return .failure(.openQuote("\"")) }
                word += text
            case "\\":
                guard let next = rest.popFirst() else { return .failure(.trailingBackslash) }
                if next != "\n" { word.unicodeScalars.append(next) }
            default: word.unicodeScalars.append(scalar)
            }
            isInWord = true
        }
        if isInWord { words.append(word) }
        return .success(words)
    }

    /// Up to the closing quote; a backslash quotes only `$`, a back quote, `"`, itself and a line break.
    private static func doubleQuoted(_ rest: inout Substring.UnicodeScalarView) -> String? {
        var text = ""
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return text
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                switch next {
                case "$", "`", "\"", "\\": text.unicodeScalars.append(next)
                case "\n": break
                default:
                    text.unicodeScalars.append(scalar)
                    text.unicodeScalars.append(next)
                }
            default: text.unicodeScalars.append(scalar)
            }
        }
        return nil
    }
}
