/// The whole window, drawn again and again on the terminal's alternate screen.
///
/// When the window changes its width, a terminal breaks the lines of its ordinary screen anew and moves what no longer
/// fits out at the top, where nothing can take it back. Lines on the alternate screen it leaves as they are, and what
/// was there before comes back with `leave`.
package struct FullScreen: Sendable {
    private var shown: [String] = []
    private var shownSize: TerminalSize?

    package init() {}

    /// The bytes that draw `frame`, from the first line of the window on; empty when there is nothing to change.
    ///
    /// `frame` must fit the terminal; it is cut to `size` here all the same.
    package mutating func redraw(frame: [StyledText], size: TerminalSize, painter: Painter) -> String {
        let cut = frame.prefix(max(0, size.height - 1)).map { $0.trimmed.clipped(to: size.width - 1) }
        let lines = cut.map(painter.paint)
        guard lines != shown || size != shownSize else { return "" }
        var bytes = shownSize == nil ? "\u{1B}[?1049h" : ""
        bytes += LiveRegion.beginUpdate + "\u{1B}[H"
        for line in lines { bytes += line + LiveRegion.endOfLine }
        bytes += LiveRegion.clearBelow + LiveRegion.endUpdate
        shown = lines
        shownSize = size
        return bytes
    }

    /// The bytes that bring back what was there before; empty when nothing was drawn since.
    package mutating func leave() -> String {
        guard shownSize != nil else { return "" }
        self = FullScreen()
        return "\u{1B}[?1049l"
    }
}
