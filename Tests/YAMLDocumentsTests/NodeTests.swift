import SourceDiagnostics
import Testing
import YAMLDocuments

@Suite struct NodeTests {
    @Test func scalarsStayText() {
        #expect(
            dump("a: 22:22\nb: 1.20\nc: no\nd: 0644\ne: 1e3\n") == [
                "{a: '22:22', b: '1.20', c: 'no', d: '0644', e: '1e3'}"
            ]
        )
    }

    @Test func allStyles() {
        let text = """
            plain: a b
            folded plain: a
              b
            single: 'it''s'
            double: "a\\tb\\u00e9"
            simple: "ab"
            literal: |
              one
              two
            folded: >-
              one
              two
            list: [a, {b: c}]
            """
        #expect(
            dump(text) == [
                "{plain: 'a b', folded plain: 'a b', single: 'it's', double: 'a\tbé', simple: 'ab', "
                    + "literal: 'one\ntwo\n', folded: 'one two', list: ['a', {b: 'c'}]}"
            ]
        )
        let styles = read(text).documents[0].withRoot { root in root.pairs.map(\.value.style) }
        #expect(
            styles == [
                .plain, .plain, .singleQuoted, .doubleQuoted, .doubleQuoted, .literal, .folded, .flow,
            ]
        )
    }

    @Test(arguments: ["", "~", "null", "Null", "NULL", "!!null x"])
    func nulls(_ text: String) {
        #expect(read("a: \(text)\n").documents[0].withRoot { $0["a"]?.isNull } == true)
    }

    @Test(arguments: ["\"\"", "'~'", "nULL", "nil", "!!str null", "|\n  null"])
    func notNull(_ text: String) {
        #expect(read("a: \(text)\n").documents[0].withRoot { $0["a"]?.isNull } == false)
    }

    @Test(arguments: [
        "a: «b»\n", "a: «'b'»\n", "a: &x «\"b\"»\n", "a: !!str «b»\n", "é: «\"é\"»\n", "a: «|\n  x\n  y»\n\nb: 1\n",
        "a: «[1, 2]»\n", "a: &x «{b: c}»\n", "a: &x\n  «b: c\n  d: e»\nf: g\n", "a:\n  «b: c\n  d: e»\n\nf: g\n",
        "a:\n- x\n\n\n", "a: «x\n  y»\n",
        "\u{FEFF}a: «b»\n", "\u{FEFF}é: «b»\n", "a: «b»\r\nc: d\r\n", "日本: «語 🙂 x»\n",
    ])
    func ranges(_ text: String) {
        let marked = Marked(text)
        guard let expected = marked.ranges.first else { return }
        let stream = YAMLReader.read(file: marked.file, id: testID)
        #expect(stream.diagnostics.isEmpty)
        let range = stream.documents[0].withRoot { root in root.pairs.map(\.value.range).first }
        #expect(range.map { Int($0.start)..<Int($0.end) } == expected)
    }

    @Test func keyRangeAndLookup() {
        let marked = Marked("a: 1\n«b»:\n  - x\n  - y\n")
        YAMLReader.read(file: marked.file, id: testID).documents[0]
            .withRoot { root in
                let value = root["b"]
                #expect(value?.keyRange.map { Int($0.start)..<Int($0.end) } == marked.ranges[0])
                #expect(value?.count == 2)
                #expect(value?[1]?.text == "y")
                #expect(value?[2] == nil)
                #expect(root["c"] == nil)
                #expect(root["a"]?.hasText("1") == true)
                #expect(root["a"]?.hasText("12") == false)
            }
    }

    @Test func documentsAndEmptiness() {
        #expect(read("").isEmpty)
        #expect(read("# nothing\n").isEmpty)
        #expect(read("---\n").isEmpty)
        #expect(read("---\n---\n").documents.count == 2)
        #expect(!read("a: 1\n").isEmpty)
        #expect(!read("a: \"x\n").isEmpty)
        #expect(dump("a: 1\n---\nb: 2\n...\n---\nc: 3\n") == ["{a: '1'}", "{b: '2'}", "{c: '3'}"])
        #expect(dump("hello") == ["'hello'"])
        #expect(dump("{\"a\": [1, true, null]}") == ["{a: ['1', 'true', ~]}"])
    }

    @Test func aliasesShareTheNode() {
        let text = "a: &x {k: v}\nb: *x\nc: [*x, *x]\n"
        #expect(dump(text) == ["{a: {k: 'v'}, b: {k: 'v'}, c: [{k: 'v'}, {k: 'v'}]}"])
        read(text).documents[0]
            .withRoot { root in
                #expect(root["a"]?.range == root["b"]?.range)
                #expect(root["b"]?.isAliased == true)
                #expect(root["b"].map { Int($0.useRange.end - $0.useRange.start) } == 2)
            }
    }

    @Test(arguments: [
        ("a: &a {x: 1, y: 2}\nb: {<<: *a, x: 9}\n", "{a: {x: '1', y: '2'}, b: {x: '9', y: '2'}}"),
        (
            "a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc:\n  <<: [*a, *b]\n  q: 0\n",
            "{a: {x: '1'}, b: {x: '2', z: '3'}, c: {q: '0', x: '1', z: '3'}}"
        ),
        (
            "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b}\n",
            "{a: {x: '1'}, b: {y: '2', x: '1'}, c: {y: '2', x: '1'}}"
        ),
        ("b: {<<: {x: 1}, y: 2}\n", "{b: {y: '2', x: '1'}}"),
        ("b: {\"<<\": 1}\n", "{b: {<<: '1'}}"),
    ])
    func mergeKeys(_ text: String, _ expected: String) {
        #expect(read(text).diagnostics.isEmpty)
        #expect(dump(text) == [expected])
    }
}
