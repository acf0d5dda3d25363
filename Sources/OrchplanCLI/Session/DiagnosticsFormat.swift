import SourceDiagnostics

extension TextRenderer.Options {
    /// Fits diagnostics to where they are printed: in a terminal words are wrapped; elsewhere a message keeps its line.
    mutating func fit(_ format: ViewFormat) {
        style = Style(isColoured: format.isColoured)
        width = format.width ?? 120
        wrapsWords = format.width != nil
        ellipsis = format.glyphs.ellipsis
    }
}
