import Glibc
import SourceDiagnostics
import Testing

/// Compares text with a file in `Golden`; with `RECORD_GOLDEN=1` it writes the file instead.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let folder = String(#filePath).split(separator: "/").dropLast().joined(separator: "/")
    let path = "/" + folder + "/Golden/" + name
    if getenv("RECORD_GOLDEN") != nil {
        guard let file = fopen(path, "w") else {
            Issue.record("cannot write \(path)", sourceLocation: sourceLocation)
            return
        }
        fputs(text, file)
        fclose(file)
        return
    }
    guard let file = fopen(path, "r") else {
        Issue.record("no \(path): record it with RECORD_GOLDEN=1", sourceLocation: sourceLocation)
        return
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    #expect(text == String(decoding: bytes, as: UTF8.self), sourceLocation: sourceLocation)
}

let sample = DiagnosticCode("OP1104", "unknown-field", "A field is not known.", remedy: "Mend it.")

/// Files whose labelled places are found by their text.
struct Sources {
    var map = SourceMap()

    mutating func add(_ path: String, _ text: String) -> SourceID {
        map.add(SourceFile(path: path, text: text))
    }

    func range(_ id: SourceID, _ needle: String) -> SourceRange {
        guard let file = map[id] else { return SourceRange(file: id, start: 0, end: 0) }
        let wanted = Array(needle.utf8)
        var at = 0
        while at + wanted.count <= file.count {
            if file.bytes[at..<at + wanted.count].elementsEqual(wanted) { break }
            at += 1
        }
        return SourceRange(file: id, start: UInt32(at), end: UInt32(at + wanted.count))
    }
}

@Suite struct GoldenTests {
    @Test func severalLabelsAndFiles() {
        var sources = Sources()
        let web = sources.add(
            "web.yaml",
            "a: 1\nkind: Service\nspec:\n  replcias: 3\n  x: y\n\n\n\n\n  ports: [8080, 80, 8080]\n"
        )
        let api = sources.add("api.yaml", "port: 8080\n")
        let first = sources.range(web, "8080")
        let again = SourceRange(file: web, start: first.start + 10, end: first.end + 10)
        let diagnostics = [
            Diagnostic(
                sample,
                "unknown field `replcias`",
                at: sources.range(web, "replcias"),
                notes: ["Service has 40 fields"],
                help: [Help("did you mean `replicas`?")]
            ),
            Diagnostic(
                sample,
                severity: .warning,
                "port given twice",
                at: Label(again, "given again"),
                secondary: [
                    Label(first, "first given here"), Label(sources.range(web, "Service"), "in this service"),
                    Label(sources.range(api, "8080"), "and here"),
                ]
            ),
            Diagnostic(sample, severity: .note, "no place at all", at: nil, help: [Help("nothing to do")]),
        ]
        let plain = TextRenderer(sources.map, options: .init(totalFiles: 14)).render(diagnostics)
        expectGolden(plain, "labels.txt")
        expectGolden(TextRenderer(sources.map, options: .init(style: .ansi)).render(diagnostics), "labels-ansi.txt")
        expectGolden(JSONRenderer(sources.map).render(diagnostics), "labels.json")
    }

    @Test func oddText() {
        var sources = Sources()
        let id = sources.add(
            "odd\u{1B}.yaml",
            "\u{FEFF}bom: X1\n\ttab:\tX2\nwide: 日本🙂 X3\ncombining: e\u{301}e\u{301} X4\r\nbidi: \u{202E}abc X5\nesc: \u{1B}[31m X6\n"
                + "long: " + String(repeating: "abcdefgh ", count: 40) + "X7 "
                + String(repeating: "ijklmnop ", count: 40)
                + "\nend: X8"
        )
        let diagnostics = (1...8).map { Diagnostic(sample, "mark X\($0)\u{7}", at: sources.range(id, "X\($0)")) }
        expectGolden(TextRenderer(sources.map, options: .init(width: 80)).render(diagnostics), "odd.txt")
    }

    @Test func pointsEndsAndLines() {
        var sources = Sources()
        let id = sources.add("a.yaml", "a:\nb:\n  c: 1\n  d: 2\n")
        let diagnostics = [
            Diagnostic(sample, "value is missing", at: SourceRange(file: id, start: 2, end: 2)),
            Diagnostic(sample, "a map", at: SourceRange(file: id, start: 8, end: 19)),
            Diagnostic(sample, "end of file", at: SourceRange(file: id, start: 20, end: 20)),
            Diagnostic(sample, "far outside", at: SourceRange(file: id, start: 900, end: 999)),
        ]
        expectGolden(TextRenderer(sources.map).render(diagnostics), "points.txt")
    }

    @Test func manyDiagnosticsAreCountedByRuleAndHideNoError() {
        var sources = Sources()
        let id = sources.add("a.yaml", "a: 1\n")
        let place = SourceRange(file: id, start: 0, end: 1)
        let others = (0..<6).map { DiagnosticCode("OP900\($0)", "rule-\($0)", "One of many.", remedy: "None.") }
        let all =
            (0..<60).map { Diagnostic(sample, severity: .warning, "number \($0)", at: place) }
            + others.map { Diagnostic($0, severity: .warning, "another", at: place) }
            + [Diagnostic(sample, "the only error", at: SourceRange(file: id, start: 3, end: 4))]
        let text = TextRenderer(sources.map, options: .init(limit: 2)).render(all)
        #expect(text.contains("the only error"))
        #expect(text.contains("number 1") && !text.contains("number 2"))
        let ends = """
            ... and 64 more warnings: 58 \(sample.slug), 1 rule-0, 1 rule-1, 1 rule-2, 3 of other rules
                `orchplan lint --limit 0` shows all of them, `--format short` in a line each

            1 error, 66 warnings in 1 file

            """
        #expect(text.hasSuffix(ends))
        #expect(TextRenderer(sources.map).render([]).isEmpty)
    }
}
