import SourceDiagnostics

/// How a piece of text looks.
package struct Look: Sendable, Hashable {
    /// The colours in use: the eight of every terminal, so that the user's own palette decides.
    package enum Ink: Int, Sendable, Hashable {
        case red = 31
        case green = 32
        case yellow = 33
        case blue = 34
        case magenta = 35
        case cyan = 36
    }

    package var ink: Ink?
    package var isBold: Bool
    package var isDim: Bool

    package init(ink: Ink? = nil, bold: Bool = false, dim: Bool = false) {
        self.ink = ink
        isBold = bold
        isDim = dim
    }

    package static let plain = Look()
    package static let bold = Look(bold: true)
    package static let dim = Look(dim: true)
    package static let red = Look(ink: .red)
    package static let green = Look(ink: .green)
    package static let yellow = Look(ink: .yellow)
    package static let magenta = Look(ink: .magenta)
    package static let cyan = Look(ink: .cyan)

    /// The same look in bold.
    package var strong: Look { Look(ink: ink, bold: true, dim: isDim) }
}

/// One line of text with looks, free of anything that could steer a terminal.
///
/// Every text that enters is escaped here, so that no view can forget it; escaping twice changes nothing.
package struct StyledText: Sendable, Hashable {
    /// A stretch of one look.
    package struct Span: Sendable, Hashable {
        package var text: String
        package var look: Look
    }

    package private(set) var spans: [Span] = []

    package init() {}

    package init(_ text: some StringProtocol, _ look: Look = .plain) {
        append(text, look)
    }

    package var isEmpty: Bool { spans.isEmpty }
    /// The columns that the text takes in a terminal.
    package var width: Int { spans.reduce(0) { $0 + DisplayWidth.of($1.text) } }
    /// The text without its looks.
    package var plain: String { spans.map(\.text).joined() }

    package mutating func append(_ text: some StringProtocol, _ look: Look = .plain) {
        guard !text.isEmpty else { return }
        let visible = Escaping.visible(text)
        if let last = spans.indices.last, spans[last].look == look {
            spans[last].text += visible
        } else {
            spans.append(Span(text: visible, look: look))
        }
    }

    package static func + (left: StyledText, right: StyledText) -> StyledText {
        var sum = left
        sum += right
        return sum
    }

    package static func += (left: inout StyledText, right: StyledText) {
        for span in right.spans { left.append(span.text, span.look) }
    }

    /// So many spaces; none for a negative number.
    package static func spaces(_ count: Int) -> StyledText {
        StyledText(String(repeating: " ", count: max(0, count)))
    }

    /// The parts with a separator between them.
    package static func joined(_ parts: [StyledText], _ separator: StyledText) -> StyledText {
        var result = StyledText()
        for (index, part) in parts.enumerated() {
            if index > 0 { result += separator }
            result += part
        }
        return result
    }
}

extension StyledText: ExpressibleByStringInterpolation {
    /// Builds a text from literals, values with a look and other texts: `"\(name, .bold) is \(state)"`.
    package struct StringInterpolation: StringInterpolationProtocol {
        var text = StyledText()

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) { text.append(literal) }

        package mutating func appendInterpolation(_ value: some CustomStringConvertible, _ look: Look = .plain) {
            text.append(value.description, look)
        }

        package mutating func appendInterpolation(_ value: StyledText) { text += value }
    }

    package init(stringLiteral value: String) { self.init(value) }

    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.text }
}
