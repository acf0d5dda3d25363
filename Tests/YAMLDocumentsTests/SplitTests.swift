import SourceDiagnostics
import Testing
import YAMLDocuments

@Suite struct SplitTests {
    let file = SourceFile(
        path: "many.yaml",
        text: (0..<100).map { "---\nname: é\($0)\nlist: [a, b]\n" }.joined()
            + "...\n%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 1\n"
    )

    @Test(arguments: [1, 2, 3, 7, 50, 1000])
    func piecesGiveTheSameDocuments(_ pieces: Int) {
        let whole = YAMLReader.read(file: file, id: testID)
        #expect(whole.diagnostics.isEmpty)
        let ranges = YAMLReader.split(file, pieces: pieces)
        #expect(ranges.count <= pieces)
        #expect(ranges.first?.lowerBound == 0)
        #expect(ranges.last?.upperBound == file.count)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        let parts = ranges.map { YAMLReader.read(file: file, id: testID, range: $0) }
        #expect(parts.allSatisfy { $0.diagnostics.isEmpty })
        let documents = parts.flatMap(\.documents)
        #expect(documents.map(\.range) == whole.documents.map(\.range))
        #expect(documents.map { $0.withRoot { dump($0) } } == whole.documents.map { $0.withRoot { dump($0) } })
    }

    @Test func visitingGivesTheSame() {
        let whole = YAMLReader.read(file: file, id: testID)
        var seen: [String] = []
        var ranges: [SourceRange] = []
        let result = YAMLReader.forEachDocument(file: file, id: testID) { root, info in
            seen.append(dump(root))
            ranges.append(info.range)
        }
        #expect(result.documents == 101)
        #expect(seen == whole.documents.map { $0.withRoot { dump($0) } })
        #expect(ranges == whole.documents.map(\.range))
    }

    @Test func emptyFile() {
        #expect(YAMLReader.split(SourceFile(path: "e", text: ""), pieces: 4) == [0..<0])
    }

    @Test func everyPrefixOfAFileIsReadWithoutHarm() {
        let text =
            "a: &x [1, {b: \"c\\n\"}, *x]\n<<: {q: |\n  t\n}\n--- !!map\né: 'x'\n%T\n...\n? k\n: - v\n\t- \u{202E}\n"
        let bytes = Array(text.utf8)
        for length in 0...bytes.count { _ = read(bytes: Array(bytes[..<length])) }
        for cut in 0..<bytes.count { _ = read(bytes: Array(bytes[cut...])) }
    }
}
