/// Takes the colours and cursor movements out of what other programs printed for a terminal.
package enum ControlSequences {
    /// The text without ECMA-48 control sequences (`ESC [ … final`) and operating system commands (`ESC ] … BEL`).
    ///
    /// Only for readability; whatever remains is escaped like every other text from outside.
    package static func removed(from text: String) -> String {
        guard text.unicodeScalars.contains("\u{1B}") else { return text }
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\u{1B}", let after = sequenceEnd(rest) {
                rest = rest[after...]
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// The index behind the sequence whose escape was just read; nil when no whole sequence follows.
    private static func sequenceEnd(_ rest: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView.Index? {
        let body = rest.dropFirst()
        switch rest.first {
        case "[":
            guard let end = body.firstIndex(where: { !(0x20...0x3F).contains($0.value) }),
                (0x40...0x7E).contains(body[end].value)
            else { return nil }
            return body.index(after: end)
        case "]":
            guard let end = body.firstIndex(where: { $0.value < 0x20 }) else { return nil }
            let next = body.index(after: end)
            if body[end] == "\u{07}" { return next }
            return next < body.endIndex && body[end] == "\u{1B}" && body[next] == "\\" ? body.index(after: next) : nil
        default: return nil
        }
    }
}
