import LocalAgent

/// Lines of several instances, each behind its name.
struct LogView {
    var format: ViewFormat
    /// The width of the widest name.
    var width: Int

    private static let looks: [Look] = [.cyan, .yellow, .green, .magenta, .bold]

    /// One line: the name in a colour of its own, then what was printed, control codes made visible.
    func text(_ line: LogLine, instance: String, number: Int) -> String {
        let look = Self.looks[number % Self.looks.count]
        let name = StyledText(instance, look).padded(to: width)
        let message = StyledText(ControlSequences.removed(from: line.text), line.stream == "stderr" ? .dim : .plain)
        return format.painter.paint([name + StyledText(" \(format.glyphs.rule) ", .dim) + message])
    }
}
