import LocalAgent

/// Lines of several instances, each behind its name.
struct LogView {
    var format: ViewFormat
    /// The width of the widest name.
    var width: Int

    /// The instances in the order in which they were seen, which gives them their colours.
    private var numbers: [String: Int] = [:]

    init(format: ViewFormat, width: Int) {
        self.format = format
        self.width = width
    }

    private static let looks: [Look] = [.cyan, .yellow, .green, .magenta, .bold]

    /// One line: the name in a colour of its own, then what was printed, control codes made visible.
    mutating func text(_ line: LogLine, instance: String) -> String {
        let look = Self.looks[introduce(instance) % Self.looks.count]
        let name = StyledText(instance, look).padded(to: width)
        let message = StyledText(ControlSequences.removed(from: line.text), line.stream == "stderr" ? .dim : .plain)
        return format.painter.paint([name + StyledText(" \(format.glyphs.rule) ", .dim) + message])
    }

    /// Gives an instance its colour; the next one gets the next.
    @discardableResult
    mutating func introduce(_ instance: String) -> Int {
        if let number = numbers[instance] { return number }
        numbers[instance] = numbers.count
        return numbers.count - 1
    }
}
