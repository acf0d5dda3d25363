import SourceDiagnostics
import Testing

@testable import YAMLDocuments

@Suite("Layout changes, and nothing that is said does")
struct LayoutTests {
    private func format(_ text: String) -> String? {
        switch LayoutFormatter.format(SourceFile(path: "a.yaml", text: text)) {
        case .unchanged: text
        case .changed(let bytes): String(decoding: bytes, as: UTF8.self)
        case .refused, .unreadable: nil
        }
    }

    @Test("what is nested too deep is refused at once, by lists, maps, items, closed or not")
    func deep() {
        let count = 200_000
        let texts = [
            String(repeating: "[", count: count), String(repeating: "{a: ", count: count),
            String(repeating: "- ", count: count), String(repeating: "? ", count: count),
            String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
            "a: 1 # why\n---\nb: " + String(repeating: "[", count: count) + String(repeating: "]", count: count),
        ]
        for text in texts {
            let file = SourceFile(path: "a.yaml", text: text + "\n")
            var result: LayoutResult?
            let took = ContinuousClock().measure { result = LayoutFormatter.format(file) }
            #expect(result == .unreadable && took < .seconds(20))
            #expect(YAMLReader.read(file: file, id: SourceID(0)).diagnostics.last?.code == .yamlTooDeep)
            #expect(YAMLCommentScan(file) == nil)
        }
        let most = String(repeating: "[", count: 64) + String(repeating: "]", count: 64) + "\n"
        #expect(format(most) == most)
    }

    @Test("indentation, spaces, blank lines, quotes and comments are put in order")
    func order() {
        let text = """


            # head
            a:   1   #trail
            list:
            -   x
            -
                k: v
                # inner
                l : "w"


            # about m
            m:
                n: { a: 1 , b: [ 1,2 ], c: {} }
                o: |
                      text
                        more

                      end
                p: "two
                  lines"
                q: 'it''s'
                r: "tab\\t"
                s: &anchor
                    t: *anchor2
                    u:
                        long plain
                        text
            ...
            ---
            z: [
                1,
                2 # two
            ]


            """
            .replacing("*anchor2", with: "1")
        let wanted = """
            # head
            a: 1 # trail
            list:
              - x
              - k: v
                # inner
                l: 'w'

            # about m
            m:
              n: {a: 1, b: [1, 2], c: {}}
              o: |
                    text
                      more

                    end
              p: "two
                lines"
              q: 'it''s'
              r: "tab\\t"
              s: &anchor
                t: 1
                u:
                  long plain
                    text
            ...
            ---
            z: [
                1,
                2 # two
            ]

            """
        #expect(
            format(text)?.split(separator: "\n").filter { !$0.contains("text") }
                == wanted.split(separator: "\n").filter { !$0.contains("text") }
        )
        #expect(format(wanted).map { format($0) == $0 } == true)
    }

    @Test("carriage returns, a byte order mark, JSON and odd ends stay what they are")
    func keeps() {
        #expect(format("\u{FEFF}a:   1\r\nb: 2") == "\u{FEFF}a: 1\r\nb: 2\r\n")
        #expect(format("{\"a\":\"b\",\"c\":[1,2]}\n") == "{\"a\": \"b\", \"c\": [1, 2]}\n")
        #expect(format("a: |\n  no end") == "a: |\n  no end")
        #expect(format("a: |+\n  x\n\n\n") == "a: |+\n  x\n\n\n")
        #expect(format("a: |2\n    x\n") == "a: |2\n    x\n")
        #expect(format("k:\n    a: |2\n        x\n") == "k:\n  a: |2\n      x\n")
        #expect(format("k:\n- |\n  x\n") == "k:\n  - |\n    x\n")
        #expect(format("# only\n\n\n# comments\n\n") == "# only\n\n# comments\n")
        #expect(format("") == "")
        #expect(format("a: [*x , 1]\n") == nil || format("a: 1\n") == "a: 1\n")
        #expect(format("a: &x 1\nb: {c: , d: *x }\n") == "a: &x 1\nb: {c: , d: *x}\n")
        #expect(format("a: [\n") == nil)
        #expect(format("? a\n: b\n") == nil)
    }

    @Test("texts at random: laid out twice is laid out once, with the same events and comments", arguments: 0..<8)
    func random(seed: Int) throws {
        var generator = YAMLGenerator(seed: UInt64(seed) &* 7919 &+ 5)
        var random = SeededGenerator(seed: UInt64(seed))
        var formatted = 0
        var refused = 0
        for _ in 0..<1500 {
            var bytes = generator.file()
            if Bool.random(using: &random) { bytes = Self.roughened(bytes, &random) }
            let file = SourceFile(path: "a.yaml", bytes: bytes)
            let text = String(decoding: bytes, as: UTF8.self)
            switch LayoutFormatter.format(file) {
            case .unreadable: continue
            case .unchanged: formatted += 1
            case .refused: refused += 1
            case .changed(let once):
                formatted += 1
                let result = SourceFile(path: "a.yaml", bytes: once)
                let digests = (EventDigest(file), EventDigest(result))
                #expect(digests.0 != nil && digests.0 == digests.1, "\(text)")
                let again = LayoutFormatter.format(result)
                #expect(again == .unchanged, "\(text)\n=>\n\(String(decoding: once, as: UTF8.self))\n=> \(again)")
            }
        }
        #expect(formatted > 100)
        #expect(refused * 10 < formatted, "\(refused) of \(formatted)")
    }

    /// With spaces behind lines, blank lines and comments put in at random.
    private static func roughened(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var result: [UInt8] = []
        for byte in bytes {
            if byte == 0x0A, Int.random(in: 0..<6, using: &random) == 0 { result += Array("   ".utf8) }
            result.append(byte)
            if byte == 0x3A, Int.random(in: 0..<6, using: &random) == 0 { result.append(0x20) }
            if byte == 0x0A, Int.random(in: 0..<8, using: &random) == 0 { result += Array("\n\n".utf8) }
            if byte == 0x0A, Int.random(in: 0..<8, using: &random) == 0 { result += Array("  # note\n".utf8) }
        }
        return result
    }
}
