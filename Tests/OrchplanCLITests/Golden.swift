import OrchplanTestSupport
import Testing

@testable import OrchplanCLI

/// The formats that every view is looked at in.
let lookedAt: [(name: String, format: ViewFormat)] = [
    ("60.txt", ViewFormat(width: 60)),
    ("100.txt", ViewFormat(width: 100)),
    ("160.txt", ViewFormat(width: 160)),
    ("100.ansi", ViewFormat(isColoured: true, width: 100)),
    ("ascii.txt", ViewFormat(width: 80, glyphs: .ascii)),
]

/// Compares a view with its golden file in every format, and holds it to what is true of every view.
func expectGolden(
    _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ lines: (ViewFormat) -> [StyledText]
) {
    for (suffix, format) in lookedAt {
        let rendered = lines(format)
        let text = format.painter.paint(rendered)
        expectGolden("\(name).\(suffix)", text, sourceLocation: sourceLocation)
        if format.glyphs == .ascii {
            let foreign = text.unicodeScalars.filter { "…✓✗●○━─│→".unicodeScalars.contains($0) }
            #expect(foreign.isEmpty, "\(name): Unicode signs in an ASCII view", sourceLocation: sourceLocation)
        }
    }
    let plain = Painter(isColoured: false).paint(lines(ViewFormat(width: 100)))
    let coloured = Painter(isColoured: true).paint(lines(ViewFormat(isColoured: true, width: 100)))
    #expect(
        ControlSequences.removed(from: coloured) == plain,
        "\(name): colour changes the words",
        sourceLocation: sourceLocation
    )
}

/// Compares a text with its golden file.
func expectGolden(_ name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    if let mismatch = GoldenFile(name).mismatch(text) {
        Issue.record(Comment(rawValue: mismatch), sourceLocation: sourceLocation)
    }
}
