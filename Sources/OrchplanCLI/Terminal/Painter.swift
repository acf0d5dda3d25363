/// Turns styled lines into what is written: the only place that makes escape codes for colours.
package struct Painter: Sendable, Hashable {
    package var isColoured: Bool

    package init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    /// One line without its line break.
    package func paint(_ line: StyledText) -> String {
        guard isColoured else { return line.plain }
        var result = ""
        for span in line.spans {
            let codes = Self.codes(span.look)
            result += codes.isEmpty ? span.text : "\u{1B}[\(codes)m\(span.text)\u{1B}[0m"
        }
        return result
    }

    /// Lines, each with its line break and without the spaces at its end.
    package func paint(_ lines: [StyledText]) -> String {
        var result = ""
        for line in lines {
            result += paint(line.trimmed)
            result += "\n"
        }
        return result
    }

    private static func codes(_ look: Look) -> String {
        var codes: [String] = []
        if look.isBold { codes.append("1") }
        if look.isDim { codes.append("2") }
        if let ink = look.ink { codes.append("\(ink.rawValue)") }
        return codes.joined(separator: ";")
    }
}

extension StyledText {
    /// The text without spaces at its end.
    package var trimmed: StyledText {
        guard spans.last?.text.last == " " else { return self }
        var result = StyledText()
        var isEnd = true
        var kept: [Span] = []
        for span in spans.reversed() {
            var text = span.text[...]
            while isEnd, text.last == " " { text.removeLast() }
            if !text.isEmpty { isEnd = false }
            kept.append(Span(text: String(text), look: span.look))
        }
        for span in kept.reversed() { result.append(span.text, span.look) }
        return result
    }
}
