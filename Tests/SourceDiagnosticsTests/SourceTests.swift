import SourceDiagnostics
import Testing

@Suite struct SourceTests {
    @Test func positions() {
        let file = SourceFile(path: "a", text: "ab\ré\r\n日本x\n\nz")
        #expect(file.lineCount == 5)
        #expect((1...5).map { file.text(in: file.lineRange($0)) } == ["ab", "é", "日本x", "", "z"])
        let end = file.position(at: UInt32(file.count))
        #expect((end.line, end.column) == (5, 2))
        let x = file.position(at: UInt32(3 + 2 + 2 + 6))
        #expect((x.line, x.column) == (3, 3))
        #expect(file.position(at: 9999) == end)
        #expect(SourceFile(path: "e", text: "").position(at: 0) == SourcePosition(line: 1, column: 1, offset: 0))
    }

    @Test func filling() throws {
        let file = SourceFile(path: "f", capacity: 4) { buffer in
            buffer[0] = 65
            return 1
        }
        #expect(file.text(in: 0..<9) == "A")
    }

    @Test func mapAndOrder() {
        var map = SourceMap()
        let b = map.add(SourceFile(path: "b", text: "xx"))
        let a = map.add(SourceFile(path: "a", text: "xx"))
        let code = DiagnosticCode("OP1", "one", "One.", remedy: "Mend it.")
        let other = DiagnosticCode("OP2", "two", "Two.", remedy: "Mend it.")
        let list = [
            Diagnostic(code, "none", at: nil),
            Diagnostic(other, "b0", at: SourceRange(file: b, start: 0, end: 1)),
            Diagnostic(code, "b0 first", at: SourceRange(file: b, start: 0, end: 1)),
            Diagnostic(code, "a1", at: SourceRange(file: a, start: 1, end: 2)),
        ]
        #expect(map.sorted(list).map(\.message) == ["a1", "b0 first", "b0", "none"])
        #expect(map[SourceID(7)] == nil)
        #expect(map[SourceID(-1)] == nil)
        #expect(map.place(of: SourceRange(file: a, start: 1, end: 2)) == "a:1:2")
        #expect(MemoryLayout<SourceRange>.size == 12)
    }

    @Test func visible() {
        #expect(Escaping.visible("plain é 日本 🙂") == "plain é 日本 🙂")
        #expect(Escaping.visible("a\u{1B}[31m\n\t\r\u{7F}\u{9B}") == "a\\x1b[31m\\n\\t\\r\\x7f\\x9b")
        #expect(
            Escaping.visible("a\u{202E}b\u{200B}c\u{2028}\u{FEFF}\u{E0041}")
                == "a\\u{202E}b\\u{200B}c\\u{2028}\\u{FEFF}\\u{E0041}"
        )
        #expect(JSONRenderer.quoted("\"\\\n\u{1B}\u{202E}\u{E0041}é") == #""\"\\\n\u001b\u202e\udb40\udc41é""#)
    }

    @Test func registry() {
        let one = DiagnosticCode("OP1", "one", "One.", remedy: "Mend it.")
        let registry = DiagnosticCode.Registry([
            [DiagnosticCode("OP2", "two", "Two.", remedy: "Mend it."), one], [one],
        ])
        #expect(registry.codes.map(\.id) == ["OP1", "OP1", "OP2"])
        #expect(registry.clashes == ["OP1", "one"])
        #expect(registry.code(named: "two")?.id == "OP2")
    }
}
