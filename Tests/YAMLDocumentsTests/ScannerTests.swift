import Glibc
import SourceDiagnostics
import Testing
import YAMLDocuments

/// All that the record of one node holds.
private struct Fact: Equatable {
    let kind: YAMLKind
    let style: YAMLStyle
    let tag: YAMLTag
    let isNull: Bool
    let ranges: [SourceRange?]
    let count: Int
    let text: String
}

/// The facts of a node and all nodes in it, in order.
private func facts(_ root: YAMLNode) -> [Fact] {
    var facts: [Fact] = []
    func add(_ node: YAMLNode) {
        facts.append(
            Fact(
                kind: node.kind,
                style: node.style,
                tag: node.tag,
                isNull: node.isNull,
                ranges: [node.range, node.useRange, node.keyRange],
                count: node.count,
                text: node.text
            )
        )
        for pair in node.pairs {
            add(pair.key)
            add(pair.value)
        }
        for item in node.items { add(item) }
    }
    add(root)
    return facts
}

private struct Outcome: Equatable {
    var documents: [[Fact]] = []
    var ranges: [SourceRange] = []
    var faulty: [Bool] = []
    var diagnostics: [Diagnostic] = []
    var abandoned = 0
}

/// Reads a file and keeps all documents.
private func kept(_ file: SourceFile, _ limits: ParseLimits, _ path: YAMLParsingPath) -> Outcome {
    let stream = YAMLReader.read(file: file, id: testID, limits: limits, path: path)
    return Outcome(
        documents: stream.documents.map { $0.withRoot(facts) },
        ranges: stream.documents.map(\.range),
        faulty: stream.documents.map(\.hasErrors),
        diagnostics: stream.diagnostics,
        abandoned: stream.abandoned
    )
}

/// Visits the documents of a file; also gives how many the scanner read.
private func visited(_ file: SourceFile, _ limits: ParseLimits, _ scratch: YAMLScratch) -> (Outcome, scanned: Int) {
    var outcome = Outcome()
    let result = YAMLReader.forEachDocument(file: file, id: testID, limits: limits, scratch: scratch) { root, info in
        outcome.documents.append(facts(root))
        outcome.ranges.append(info.range)
        outcome.faulty.append(info.hasErrors)
    }
    outcome.diagnostics = result.diagnostics
    outcome.abandoned = result.abandoned
    return (outcome, result.scanned)
}

/// Many keys and an anchor in brackets that nothing closes.
private let unfinished = SourceFile(
    path: "unfinished.yaml",
    text: "x: &a\n  " + (0..<40).map { "k\($0): {b: [1, " }.joined(separator: "\n  ")
)

/// Expects that a file is read the same with and without the scanner; gives how many documents the scanner read.
@discardableResult
private func expectSame(
    _ file: SourceFile,
    _ limits: ParseLimits = .standard,
    _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) -> Int {
    let expected = kept(file, limits, .libyaml)
    let scratch = YAMLScratch()
    // In memory where another file was given up half-way.
    _ = visited(unfinished, limits, scratch)
    let (found, scanned) = visited(file, limits, scratch)
    #expect(found == expected, comment, sourceLocation: sourceLocation)
    #expect(kept(file, limits, .fastest) == expected, comment, sourceLocation: sourceLocation)
    return scanned
}

@discardableResult
private func scanned(_ text: String, limits: ParseLimits = .standard) -> Int {
    expectSame(SourceFile(path: "test.yaml", text: text), limits, "\(text)")
}

/// The scanner in front of libyaml gives what libyaml gives, or nothing.
@Suite struct ScannerTests {
    @Test(arguments: 0..<4)
    func generatedFilesAreReadTheSame(_ part: UInt64) {
        var scanned = 0
        for seed in part * 1500..<part * 1500 + 1500 {
            var generator = YAMLGenerator(seed: seed)
            var limits = ParseLimits()
            switch seed % 16 {
            case 0: limits.nesting = 3
            case 1: limits.keysPerMapping = 3
            case 2: limits.scalarBytes = 5
            case 3: limits.keyBytes = 3
            default: break
            }
            scanned += expectSame(SourceFile(path: "\(seed).yaml", bytes: generator.file()), limits, "seed \(seed)")
        }
        // Else it would be libyaml that was compared with itself.
        #expect(scanned > 1000)
    }

    @Test func manifestsNeedNoLibyaml() throws {
        for file in try manifests() {
            let documents = YAMLReader.read(file: file, id: testID).documents.count
            #expect(documents > 0)
            #expect(expectSame(file) == documents, "\(file.path)")
        }
    }

    @Test func damagedManifestsAreReadTheSame() throws {
        var generator = YAMLGenerator(seed: 1)
        for file in try manifests() {
            for round in 0..<60 {
                var bytes = Array(file.bytes)
                generator.damage(&bytes, times: 1 + round % 8)
                expectSame(SourceFile(path: file.path, bytes: bytes), .standard, "\(file.path), \(round)")
            }
        }
    }

    /// The files of the example.
    private func manifests() throws -> [SourceFile] {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        var found = glob_t()
        defer { globfree(&found) }
        try #require(glob(root + "/manifests/*.yaml", 0, nil, &found) == 0)
        return try (0..<Int(found.gl_pathc))
            .map { index in
                let path = String(cString: try #require(found.gl_pathv[index]))
                let stream = try #require(fopen(path, "r"))
                defer { fclose(stream) }
                return SourceFile(path: path, capacity: 1 << 16) { fread($0.baseAddress, 1, $0.count, stream) }
            }
    }

    @Test(arguments: [
        "a: 1", "---\na: 1\n", "# c\n\n--- # c\na: 1\n", "a:\n  b:\n\n  # c\n  c: d # e\nf:\n",
        "- a\n-\n- - b\n  - c: d\n    e: f\n",
        "a:\n- b\n-\nc:\n  - d\n", "a:\n  b c\n", "a : 'b: c' # d\n\"e\": \"f # g\"\n",
        "a: [b, {c: d, e: []}, 'f', -g]\n",
        "a: http://b:80/c?d#e\n", "a: |\n  b\n\n   c  \n\nd: |-\n   e\nf: |+\n  g\n\nh: i\n", "  a: 1\n  b: 2\n",
        "word\n", "- ~\n- NULL\n- nULL\n",
    ])
    func isOfTheSubset(_ text: String) {
        #expect(scanned(text) == 1)
    }

    @Test(arguments: [
        "a: b\n c\n", "a: 'b\n  c'\n", "a: 'b''c'\n", "a: \"\\n\"\n", "a: >\n  b\n", "a: |2\n   b\n", "a: &b c\n",
        "? a\n: b\n", "<<: {a: b}\n",
        "a: !!str b\n", "a: [b,\n  c]\n", "a: {b}\n", "a: [b: c]\n", "{[a]: b}\n", "a: é\n", "a:\tb\n", "a: b\r\n",
        "a: b\n...\n",
        "%YAML 1.1\n---\na: b\n", "--- a\n", "a: 1\na: 2\n", "~: a\n", "a: b: c\n", "a: - b\n", "a: @b\n",
        "a: {{ b }}\n", "a:\n b\n  c: d\n", "", "---\n",
    ])
    func isLeftToLibyaml(_ text: String) {
        #expect(scanned(text) == 0)
    }

    @Test func eachDocumentIsJudgedAlone() {
        let plain = (0..<20).map { "---\nname: n\($0)\nlist: [a, b]\n" }
        let odd = ["---\na: &x 1\nb: *x\n", "---\na: \"x\n", "---\na: é\n", "---\na: 1\na: 2\n", "---\n  a: x\n---e\n"]
        let mixed = plain.indices.map { plain[$0] + odd[$0 % odd.count] }.joined()
        #expect(scanned(mixed) == 20)
        #expect(scanned(odd.joined() + plain.joined()) == 20)
        #expect(scanned("...\n" + plain.joined()) == 20)
    }

    @Test func limitsAreThoseOfLibyaml() {
        var limits = ParseLimits()
        limits.nesting = 3
        #expect(scanned("a: {b: [c]}\n", limits: limits) == 1)
        #expect(scanned("a: {b: [{}]}\n", limits: limits) == 0)
        for length in [999, 1000, 1001, 1023, 1024, 1025, 2000] {
            let key = String(repeating: "k", count: length)
            #expect(scanned("\(key): 1\n") == (length <= 1000 ? 1 : 0))
            scanned("- {\(key): 1}\n")
            scanned("a\(String(repeating: " ", count: length)): 1\n")
        }
    }

    @Test func keysOfAnAbandonedDocumentAreForgotten() {
        let keys = (0..<20).map { "    k\($0): 1\n" }.joined()
        let broken = "---\na:\n  b:\n\(keys)    x: \"\n"
        let whole = "---\na: &x\n  b:\n\(keys)"
        #expect(read(broken + whole).diagnostics.map(\.code) == [.yamlUnclosedQuote])
        #expect(scanned(broken + whole) == 0)
    }
}
