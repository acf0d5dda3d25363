/// The block of lines at the end of a terminal that is drawn again and again.
///
/// A value that knows what stands on the screen and says which bytes turn it into something else. The cursor always
/// rests on the empty line below and is never hidden, so that there is nothing to restore, even after a kill.
package struct LiveRegion: Sendable {
    private var shown: [String] = []
    private var shownWidths: [Int] = []

    package init() {}

    /// The bytes that print `finished` above the region for good and draw `frame` as the region's lines.
    ///
    /// Empty when there is nothing to change. `frame` must fit the terminal; it is cut to `size` here all the same.
    package mutating func redraw(
        finished: [StyledText] = [],
        frame: [StyledText],
        size: TerminalSize,
        painter: Painter
    ) -> String {
        // One column is left free: a terminal wraps as soon as its last one is written and the cursor moves on.
        let cut = frame.prefix(max(0, size.height - 1)).map { $0.trimmed.clipped(to: size.width - 1) }
        let lines = cut.map(painter.paint)
        guard !finished.isEmpty || lines != shown else { return "" }
        var bytes = Self.beginUpdate
        // After the window got narrower a line that was drawn may fill several.
        let rows = shownWidths.reduce(0) { $0 + max(1, ($1 + size.width - 1) / max(1, size.width)) }
        if rows > 0 { bytes += "\r\u{1B}[\(rows)A" }
        for line in finished { bytes += painter.paint(line.trimmed) + Self.endOfLine }
        for line in lines { bytes += line + Self.endOfLine }
        bytes += Self.clearBelow + Self.endUpdate
        shown = lines
        shownWidths = cut.map(\.width)
        return bytes
    }

    static let endOfLine = "\u{1B}[K\n"
    static let clearBelow = "\u{1B}[J"
    /// Synchronized output: terminals that know it show the whole frame at once, others ignore it.
    static let beginUpdate = "\u{1B}[?2026h"
    static let endUpdate = "\u{1B}[?2026l"
}
