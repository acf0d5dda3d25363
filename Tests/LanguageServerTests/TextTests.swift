import OrchplanTestSupport
import ResourceModel
import SourceDiagnostics
import Testing

@testable import LanguageServer

@Suite("Texts, places and outlines")
struct TextTests {
    private static let pieces = ["a", "é", "漢", "😀", "\n", "\r\n", "\r", " ", "\t", "e\u{301}", "\u{FEFF}", "key: v"]

    private static func text(_ random: inout SeededGenerator, _ most: Int) -> String {
        (0..<random.number(0...most)).map { _ in random.pick(pieces, default: "a") }.joined()
    }

    @Test("every offset between characters comes back from its place, in every encoding", arguments: 0..<40)
    func places(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let file = SourceFile(path: "t", text: Self.text(&random, 60))
        for encoding in PositionEncoding.allCases {
            for offset in 0...file.count where offset == file.count || file.bytes[offset] & 0xC0 != 0x80 {
                // Inside of a line break there is no place.
                if offset > 0, offset < file.count, file.bytes[offset - 1] == 0x0D, file.bytes[offset] == 0x0A {
                    continue
                }
                #expect(file.offset(file.place(offset, encoding), encoding) == offset, "\(encoding)")
            }
        }
    }

    @Test("columns count what the encoding counts")
    func columns() {
        let file = SourceFile(path: "t", text: "aé漢😀b\r\nx")
        let end = "aé漢😀".utf8.count
        #expect(file.place(end, .utf8) == TextPosition(line: 0, column: 10))
        #expect(file.place(end, .utf16) == TextPosition(line: 0, column: 5))
        #expect(file.place(end, .utf32) == TextPosition(line: 0, column: 4))
        // Half of a pair, behind the end of a line, behind the last line.
        #expect(file.offset(TextPosition(line: 0, column: 4), .utf16) == "aé漢".utf8.count)
        #expect(file.offset(TextPosition(line: 0, column: 99), .utf16) == "aé漢😀b".utf8.count)
        #expect(file.offset(TextPosition(line: 9, column: 9), .utf16) == file.count)
    }

    @Test("changes of ranges make the same text as changing a string", arguments: 0..<40)
    func edits(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 1000)
        let encoding = random.pick(PositionEncoding.allCases, default: .utf16)
        var text = Self.text(&random, 40)
        var document = OpenDocument(uri: "file:///t", version: 1, text: text)
        for _ in 0..<20 {
            let scalars = text.unicodeScalars
            let indices = Array(scalars.indices) + [scalars.endIndex]
            let one = random.number(0...(indices.count - 1))
            let other = random.number(one...(indices.count - 1))
            // A break of two characters is one.
            func isInside(_ index: Int) -> Bool {
                index > 0 && index < scalars.count && scalars[indices[index - 1]] == "\r"
                    && scalars[indices[index]] == "\n"
            }
            if isInside(one) || isInside(other) { continue }
            let new = Self.text(&random, 5)
            let start = text.utf8.distance(from: text.startIndex, to: indices[one])
            let end = text.utf8.distance(from: text.startIndex, to: indices[other])
            let change = JSON.object([
                "range": document.file.range(start..<end, encoding), "text": .string(new),
            ])
            try document.apply(change, encoding)
            text.unicodeScalars.replaceSubrange(indices[one]..<indices[other], with: new.unicodeScalars)
            #expect(document.file.text(in: 0..<document.file.count).unicodeScalars.elementsEqual(text.unicodeScalars))
        }
    }

    @Test("addresses of files lead to paths and back")
    func addresses() {
        for path in ["/p/a b/ä%.yaml", "/", "/p/c#d?.yaml"] { #expect(FileURI.path(FileURI.uri(path)) == path) }
        #expect(FileURI.path("file:///p/./x/../a%20b.yaml") == "/p/a b.yaml")
        #expect(FileURI.path("FILE://host/p") == "/p")
        #expect(FileURI.path("untitled:Untitled-1") == nil && FileURI.path("file://") == nil)
    }

    @Test("an outline tells the path to every value, in blocks and in brackets")
    func outline() {
        let text = """
            # first
            kind: Service # of what
            spec:
              "image": 'a: b'
              ports:
              - 8080:80/tcp
              - {target: 80, name: "x"}
              -
                target: 1
                protocol: tcp
              command: [a, "b, c",
                {d: e}]
              text: |
                not: a key
                  - not an item
              environment: {A: &x 1, B: {secret: s}}
            """
        let outline = Outline(SourceFile(path: "t", text: text), 0..<text.utf8.count)
        let found = outline.nodes.indices.compactMap { node in
            outline.valueText(node)
                .map { value in
                    outline.path(node)
                        .map { step in
                            switch step {
                            case .key(let key): key
                            case .item: "-"
                            }
                        }
                        .joined(separator: ".") + "=" + value
                }
        }
        #expect(
            found == [
                "kind=Service", "spec.image=a: b", "spec.ports.-=8080:80/tcp", "spec.ports.-.target=80",
                "spec.ports.-.name=x", "spec.ports.-.target=1", "spec.ports.-.protocol=tcp", "spec.command.-=a",
                "spec.command.-=b, c", "spec.command.-.d=e", "spec.environment.A=&x 1",
                "spec.environment.B.secret=s",
            ]
        )
    }
}
