import SourceDiagnostics

/// Lines of several instances below each other: `web.1 | text`, names aligned and coloured by instance.
package struct LogView: Sendable {
    package var format: ViewFormat
    package var showsTimes: Bool
    /// The width of the widest name so far; it never shrinks.
    private var width = 0

    package init(_ format: ViewFormat, showsTimes: Bool = false) {
        self.format = format
        self.showsTimes = showsTimes
    }

    private static let looks: [Look] = [
        .cyan, .yellow, .green, .magenta, Look(ink: .blue), Look.cyan.strong, Look.yellow.strong, Look.green.strong,
        Look.magenta.strong, Look(ink: .blue).strong,
    ]

    /// Makes room for a name before its first line.
    package mutating func expect(_ instance: String) {
        width = max(width, StyledText(InstanceName(instance)?.short ?? instance).width)
    }

    /// One line with its line break; colours that a program printed are taken out, other control codes made visible.
    package mutating func text(_ entry: LogEntry) -> String {
        expect(entry.instance)
        var line = StyledText(entry.shortName, Self.look(entry)).padded(to: width) + " "
        line += sign(entry.kind)
        line += " "
        if showsTimes { line += "\(Self.milliseconds(entry.time), .dim) " }
        let text = ControlSequences.removed(from: entry.text)
        line.append(text, entry.kind == .event ? .dim : .plain)
        return format.painter.paint([line])
    }

    /// What stands between name and text, so that the three kinds of lines are told apart without colours, too.
    private func sign(_ kind: LogEntry.Kind) -> StyledText {
        switch kind {
        case .output: StyledText(format.glyphs.rule, .dim)
        case .errors: StyledText(format.glyphs.strongRule, .red)
        case .event: StyledText("*", .dim)
        }
    }

    /// A colour that stays an instance's own from one run to the next; its neighbours have others.
    static func look(_ entry: LogEntry) -> Look {
        let name = entry.name
        // FNV-1a: the standard library's hashes differ from run to run.
        let hash = (name?.service ?? entry.instance).utf8
            .reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return looks[(Int(hash % 1024) + (name?.slot ?? 0)) % looks.count]
    }

    /// `2026-11-21T06:42:00.123Z` of a time with nanoseconds.
    private static func milliseconds(_ time: String) -> String {
        guard let dot = time.lastIndex(of: ".") else { return time }
        return "\(time[..<dot])\(time[dot...].prefix(4))Z"
    }
}
