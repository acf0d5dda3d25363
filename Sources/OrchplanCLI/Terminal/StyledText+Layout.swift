import SourceDiagnostics

extension StyledText {
    /// The text cut to `width` columns, the cut marked by `ellipsis`; unchanged when it fits or there is no width.
    package func clipped(to width: Int?, ellipsis: String = "…") -> StyledText {
        guard let width, self.width > width else { return self }
        let room = width - DisplayWidth.of(ellipsis)
        guard room >= 0 else { return StyledText() }
        var result = StyledText()
        var used = 0
        for span in spans {
            let kept = Self.prefix(of: span.text, columns: room - used)
            result.append(kept.text, span.look)
            used += kept.columns
            if kept.text.utf8.count < span.text.utf8.count {
                result.append(ellipsis, span.look)
                return result
            }
        }
        return result
    }

    /// The text with its middle left out: for addresses and ids, whose ends tell them apart.
    package func clippedInMiddle(to width: Int?, ellipsis: String = "…") -> StyledText {
        guard let width, self.width > width else { return self }
        let room = width - DisplayWidth.of(ellipsis)
        guard room > 1, let look = spans.first?.look else { return clipped(to: width, ellipsis: ellipsis) }
        let all = plain
        let head = Self.prefix(of: all, columns: room - room / 2).text
        let tail = Self.prefix(of: String(String.UnicodeScalarView(all.unicodeScalars.reversed())), columns: room / 2)
        let end = String(String.UnicodeScalarView(tail.text.unicodeScalars.reversed()))
        return StyledText(head + ellipsis + end, look)
    }

    /// The text with spaces after it (or before it) up to `width` columns.
    package func padded(to width: Int, right: Bool = false) -> StyledText {
        let gap = StyledText.spaces(width - self.width)
        return right ? gap + self : self + gap
    }

    /// The text in lines of at most `width` columns, broken at spaces.
    ///
    /// Lines after the first start with `indent` spaces.
    /// A word that is longer than a line stays whole: addresses, commands and paths are for copying. Nothing is broken
    /// where the next line would begin no further to the left.
    package func wrapped(to width: Int?, indent: Int = 0) -> [StyledText] {
        guard let width, self.width > width else { return [self] }
        var lines: [StyledText] = []
        var line = StyledText()
        var isBlank = true
        for word in words() {
            let column = line.width + word.gap
            if !isBlank, column > indent, column + word.text.width > width {
                lines.append(line)
                line = .spaces(indent)
                isBlank = true
            } else {
                line.append(String(repeating: " ", count: word.gap), word.gapLook)
            }
            line += word.text
            isBlank = false
        }
        return isBlank ? lines : lines + [line]
    }

    /// The text in lines of at most `width` columns: broken at spaces, and within words that are longer than a line.
    package func broken(to width: Int?) -> [StyledText] {
        guard let width, width > 1 else { return [self] }
        return wrapped(to: width)
            .flatMap { line -> [StyledText] in
                var rest = line
                var lines: [StyledText] = []
                while rest.width > width {
                    let head = rest.clipped(to: width, ellipsis: "")
                    guard !head.plain.isEmpty else { break }
                    lines.append(head)
                    rest = rest.dropping(head.plain)
                }
                return lines + [rest]
            }
    }

    /// The text without what it begins with.
    private func dropping(_ head: String) -> StyledText {
        var left = head.unicodeScalars.count
        var result = StyledText()
        for span in spans {
            let scalars = span.text.unicodeScalars
            if left >= scalars.count {
                left -= scalars.count
            } else {
                result.append(String(String.UnicodeScalarView(scalars.dropFirst(left))), span.look)
                left = 0
            }
        }
        return result
    }

    /// A message of several lines from elsewhere, wrapped: `head` stands before its first line, `indent` before others.
    ///
    /// Colours that it brought along are taken out; line breaks in it break lines here.
    package static func message(
        _ text: String,
        after head: StyledText,
        indent: Int,
        to width: Int?
    ) -> [StyledText] {
        let lines = ControlSequences.removed(from: text).split(whereSeparator: \.isNewline)
        guard !lines.isEmpty else { return [head] }
        return lines.enumerated()
            .flatMap { index, line in
                ((index == 0 ? head : .spaces(indent)) + StyledText(line)).wrapped(to: width, indent: indent)
            }
    }

    private struct Word {
        var gap = 0
        var gapLook = Look.plain
        var text = StyledText()
    }

    private func words() -> [Word] {
        var result = [Word()]
        for span in spans {
            for (index, piece) in span.text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
                if index > 0 {
                    if result[result.count - 1].text.isEmpty {
                        result[result.count - 1].gap += 1
                    } else {
                        result.append(Word(gap: 1, gapLook: span.look))
                    }
                }
                result[result.count - 1].text.append(piece, span.look)
            }
        }
        return result.filter { !$0.text.isEmpty }
    }

    private static func prefix(of text: String, columns: Int) -> (text: String, columns: Int) {
        var kept = ""
        var used = 0
        for scalar in text.unicodeScalars {
            let width = DisplayWidth.of(scalar)
            guard used + width <= columns else { break }
            used += width
            kept.unicodeScalars.append(scalar)
        }
        return (kept, used)
    }
}
