import Foundation
import SourceDiagnostics
import Testing

@Suite("Diagnostics in terminals of all widths")
struct NarrowTests {
    private static let url = "https://registry.example.com/a/rather/long/path"
    private static let inserted =
        "curl --fail --silent --show-error --max-time 5 --retry 3 http://localhost:8080/healthz?probe=ready"

    /// Everything that is hard to fit: tabs, wide letters, marks that join, line ends of two bytes, very long lines.
    private static func findings() -> (sources: Sources, diagnostics: [Diagnostic]) {
        var sources = Sources()
        let id = sources.add(
            "manifests/web.yaml",
            "spec:\r\n\ttab:\there X1 # 日本語の長い説明 🙂 e\u{301}\r\n  wide: [日本語, 🙂🙂, e\u{301}e\u{301}, X2, other]\r\n"
                + "  long: " + String(repeating: "abcde fghij ", count: 210) + "X3 "
                + String(repeating: "klmno pqrst ", count: 210) + "X4\r\n"
                + "  check: {command: [sh, -c, X5], interval: 10s, timeout: 5s, retries: 3, startPeriod: 30s}\r\n"
                + "  last: X6\r\n"
        )
        func at(_ needle: String) -> SourceRange { sources.range(id, needle) }
        func behind(_ needle: String) -> SourceRange {
            SourceRange(file: id, start: at(needle).end, end: at(needle).end)
        }
        let why = "this message is long enough to need a second line in a narrow terminal, and words stay whole in it"
        let diagnostics = [
            Diagnostic(
                sample,
                why,
                at: Label(at("X1"), "a label that is longer than what is left of a narrow line"),
                secondary: [Label(at("tab"), "another label, which is long, too, and hangs from its mark")],
                notes: ["日本語の長い説明は空白がありませんが、それでも行の終わりで折り返されるべきです"],
                help: [Help("see \(url), which is never broken", edits: [TextEdit(at("X1"), "'{{.Node.Hostname}}'")])]
            ),
            Diagnostic(sample, severity: .warning, "wide", at: Label(at("X2"), "behind wide letters")),
            Diagnostic(
                sample,
                "far away",
                at: Label(at("X3"), "in the middle"),
                secondary: [Label(at("X4"), "at the end")],
                help: [
                    Help("write another", edits: [TextEdit(at("X3"), "NEW")]),
                    Help("remove it", edits: [TextEdit(at("X4"), "")]),
                ]
            ),
            Diagnostic(
                sample,
                "a fix that is longer than the line",
                at: at("X5"),
                help: [Help("use a check", edits: [TextEdit(at("X5"), inserted)])]
            ),
            Diagnostic(
                sample,
                severity: .note,
                "a fix of several lines",
                at: at("X6"),
                help: [
                    Help(
                        "add it",
                        edits: [
                            TextEdit(
                                behind("X6"),
                                "\r\n  healthcheck:\r\n    command: [\(inserted)]\r\n    interval: 10s"
                            )
                        ]
                    )
                ]
            ),
        ]
        return (sources, diagnostics)
    }

    private static func rendered(_ width: Int, _ style: Style = .plain) -> String {
        let (sources, diagnostics) = findings()
        var options = TextRenderer.Options(style: style, width: width)
        options.wrapsWords = true
        return TextRenderer(sources.map, options: options).render(diagnostics)
    }

    @Test("as it looks", arguments: [50, 60, 80, 120])
    func golden(_ width: Int) {
        expectGolden(Self.rendered(width), "narrow-\(width).txt")
        if width == 60 { expectGolden(Self.rendered(width, .ansi), "narrow-60.ansi") }
    }

    @Test("no line is wider than the terminal, but for a word that is; and what a fix puts in is all there")
    func fits() {
        for width in 30...140 {
            let text = Self.rendered(width)
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                let isOneWord = line.contains(Self.url) || line.contains("--> ")
                let columns = DisplayWidth.of(String(line))
                #expect(columns <= width || isOneWord, "\(width): \(columns) in \(line)")
            }
            // Rows of one line put together again: gutters and rows of marks taken away.
            let rows = text.split(separator: "\n")
                .filter { ($0.hasPrefix("  | ") || $0.hasPrefix("  + ") || $0.first?.isNumber == true) }
                .filter { row in !row.dropFirst(4).allSatisfy { " ~^|-".contains($0) } }
            let joined = rows.map { $0.dropFirst(4) }.joined().filter { $0 != " " }
            let wanted = Self.inserted.filter { $0 != " " }
            #expect(joined.components(separatedBy: wanted).count == 3, "\(width): \(joined)")
            #expect(text.contains("NEW") && (width < 36 || text.contains("'{{.Node.Hostname}}'")), "\(width)")
            #expect(text.contains("interval: 10s"))
        }
    }

    @Test("off a terminal a message keeps its line, whatever the width")
    func whole() {
        let (sources, diagnostics) = Self.findings()
        let text = TextRenderer(sources.map, options: .init(width: 60)).render(diagnostics)
        for diagnostic in diagnostics { #expect(text.contains("]: \(diagnostic.message)\n")) }
    }
}
