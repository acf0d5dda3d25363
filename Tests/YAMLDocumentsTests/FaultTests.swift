import SourceDiagnostics
import Testing
import YAMLDocuments

@Suite struct FaultTests {
    @Test func keys() {
        expectFault("«a»: 1\n«a»: 2\n", .yamlDuplicateKey, "key `a` is given twice")
        expectFault("{«yes»: 1, «\"yes\"»: 2}\n", .yamlDuplicateKey)
        expectFault("«caf\u{E9}»: 1\n«cafe\u{301}»: 2\n", .yamlDuplicateKey)
        expectFault("x: {? «a» : 1}\n", .yamlComplexKey)
        expectFault("? «a»\n: 1\n", .yamlComplexKey)
        expectFault("? «[»a, b]\n: 1\n", .yamlKeyNotString, "key is a list")
        expectFault("? «{»a: b}\n: 1\n", .yamlKeyNotString, "key is a map")
        expectFault("«~»: 1\n", .yamlKeyNotString, "key is null")
        expectFault("«:» 1\n", .yamlKeyNotString, "key is missing")
        expectFault("a: &a «[x]»\nb: {«*a» : 1}\n", .yamlKeyNotString)
    }

    @Test func manyKeysAreStillCompared() {
        let keys = (0..<500).map { "k\($0): 1\n" }.joined()
        #expect(read(keys).diagnostics.isEmpty)
        #expect(read(keys + "k7: 2\nk499: 1\n").diagnostics.map(\.code.slug) == ["duplicate-key", "duplicate-key"])
        #expect(read(keys).documents[0].withRoot { $0.count } == 500)
    }

    @Test func aliasesAndMerges() {
        expectFault("a: «*nope»\n", .yamlUnknownAlias)
        #expect(
            expectFault("a: &name 1\nb: «*nam»\n", .yamlUnknownAlias)?.help.first?.edits.first?.replacement == "*name"
        )
        expectFault("a: &a «[»«*a»]\n", .yamlRecursiveAlias)
        expectFault("a: &a {x: 1}\nb: {«<<»: *a, «<<»: *a}\n", .yamlMerge)
        expectFault("b: {<<: «1»}\n", .yamlMerge)
        expectFault("b: {<<: [«1»]}\n", .yamlMerge)
        expectFault("b: {<<: «*zzz»}\n", .yamlUnknownAlias)
    }

    @Test func tags() {
        expectFault("a: «!foo» x\n", .yamlUnknownTag, "unknown tag `!foo`")
        expectFault("a: &x «!!python/object:os.system» x\n", .yamlUnknownTag)
        expectFault("a: «!!binary» x\n", .yamlUnknownTag)
        expectFault("a: «!!map» x\n", .yamlUnknownTag)
        expectFault("a: «!reset» [x]\n", .yamlUnknownTag)
        let known = read("a: !!int 1\nb: !!seq [1]\nc: !!map {a: 1}\nd: !!str 1\ne: !!bool true\nf: !!float 1\n")
        #expect(known.diagnostics.isEmpty)
        #expect(known.documents[0].withRoot { $0.pairs.map(\.value.tag) } == [.int, .seq, .map, .str, .bool, .float])
    }

    @Test func syntax() {
        expectFault("a: «\"»x\n", .yamlUnclosedQuote)
        expectFault("a: «'»x\n---\nb: 1\n", .yamlUnclosedQuote)
        expectFault("a: «[»1, 2\n", .yamlUnclosedFlow, "list is not closed")
        expectFault("a: «[»1,\n", .yamlUnclosedFlow)
        expectFault("a: «[»1,\n---\nb: 1\n", .yamlUnclosedFlow)
        expectFault("a: «{»x: 1\n", .yamlUnclosedFlow, "map is not closed")
        expectFault("a: «[»1, 2\nb«:» {c: d}}\n", .yamlUnclosedFlow)
        expectFault("a:\n«\t»b: 1\n", .yamlTab, "tab used as indentation")
        expectFault("a:\n  b: 1\n«\t»c: 1\n", .yamlTab, "tab used as indentation")
        let nested = expectFault("image: «repo: tag» # why\n", .yamlNestedValue)
        #expect(nested?.help.first?.edits.first?.replacement == "'repo: tag'")
        expectFault("a: b\n  c«:» d\n", .yamlNestedValue, "map is not allowed here")
        for letter in ["@", "`", "%"] { expectFault("a: «\(letter)x»\n", .yamlReservedCharacter) }
        expectFault("a: «*»\n", .yamlReservedCharacter)
        expectFault("a: «{{ x }}»\n", .yamlTemplate)
        expectFault("a: «{{ .Node.Hostname }}-x»\nb: 1\n", .yamlTemplate)
        expectFault("- «{{ x }}»\n", .yamlTemplate)
        expectFault("%YAML 9.9\n---\na: 1\n", .yamlDirective)
        expectFault("a: \"«\\q»\"\n", .yamlEscape)
        expectFault("a: - b\n", .yamlIndentation)
        expectFault("a: 1\n b«:» 2\n", .yamlNestedValue)
    }

    @Test func insideBrackets() {
        for letter in ["@", "`", "%"] {
            let fault = expectFault("{a: «\(letter)x y», b: 1}\n", .yamlReservedCharacter)
            #expect(fault?.help.first?.edits.first?.replacement == "'\(letter)x y'")
            expectFault("[a, «\(letter)x»]\n", .yamlReservedCharacter)
            expectFault("a: [b, {c: «\(letter)x»}] # why\n", .yamlReservedCharacter)
            expectFault("a: {\n  b: «\(letter)x», c: d}\n", .yamlReservedCharacter)
        }
        expectFault("a: {b: «{{.N}}», c: d}\n", .yamlTemplate)
        expectFault("a: {b: «{{.N}}-x», c: d}\n", .yamlTemplate)
        expectFault("a: {b: «{{.N}}-{{.M}}», c: d}\n", .yamlTemplate)
        expectFault("a: [«{{ index .X 1, 2 }}-x», c]\n", .yamlTemplate)
        expectFault("a: {b: «{{ @x }}», c: d}\n", .yamlTemplate)
        expectFault("a: {\n  b: «{{.N}}-x»,\n  c: d}\n", .yamlTemplate)
        #expect(expectFault("a: {b: «{{».N}-x, c: d}\n", .yamlTemplate)?.help.first?.edits.isEmpty == true)
    }

    @Test func faultsBehindValuesThatAreNoYAMLAreFoundToo() {
        let text = "a: @x\nb: c: d # why\ne: 1\ne: 2\nf: {g: {{.N}}-x, h: `i}\nj:\tk\n---\nl: @é m\nn: ö\n"
        let found = read(text)
        #expect(
            found.diagnostics.map(\.code) == [
                .yamlReservedCharacter, .yamlNestedValue, .yamlDuplicateKey, .yamlTemplate, .yamlReservedCharacter,
                .yamlReservedCharacter,
            ]
        )
        #expect(found.abandoned == 0)
        #expect(found.documents.map(\.hasErrors) == [true, true])
        #expect(
            found.documents.map { $0.withRoot { dump($0) } } == [
                "{a: '@x', b: 'c: d', e: '1', f: {g: '{{.N}}-x', h: '`i'}, j: 'k'}", "{l: '@é m', n: 'ö'}",
            ]
        )
        // Where nobody knows what was meant it is said that the rest was not read.
        let lost = read("a: @x\nb: [\nc: 1\nc: 1\n---\nd: 1\nd: 2\n")
        #expect(lost.diagnostics.map(\.code) == [.yamlReservedCharacter, .yamlUnclosedFlow, .yamlDuplicateKey])
        #expect(lost.diagnostics[1].notes.last == "the rest of this document was not read")
        #expect(lost.abandoned == 1)
        let many = String(repeating: "a: @x\n", count: 1000)
        #expect(read(many).abandoned == 1)
    }

    @Test func encoding() {
        #expect(
            read(bytes: [0x61, 0x3A, 0x20, 0xC0, 0xAF, 0x0A]).diagnostics.map(\.message) == [
                "byte \\xc0\\xaf is not valid UTF-8"
            ]
        )
        #expect(read(bytes: [0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80]).diagnostics.map(\.code) == [.yamlEncoding])
        let utf16 = read(bytes: [0xFF, 0xFE, 0x61, 0, 0x3A, 0])
        #expect(utf16.diagnostics.map(\.help.first?.text) == ["save it as UTF-8"])
        #expect(read(bytes: [0, 0x61, 0, 0x3A, 0, 0x20]).diagnostics.map(\.code) == [.yamlEncoding])
        expectFault("a: x«\u{1B}»y\n", .yamlControlCharacter, "control character U+001B")
        expectFault("a: x«\u{0}»y\n", .yamlControlCharacter)
        expectFault("a: x«\u{7F}»y\n", .yamlControlCharacter)
        expectFault("a: x«\u{9B}»y\n", .yamlControlCharacter)
        expectFault("a: x«\u{202E}»y\n", .yamlHiddenCharacter)
        expectFault("a: x«\u{200B}»y\n", .yamlHiddenCharacter)
        expectFault("# x«\u{2066}»y\na: 1\n", .yamlHiddenCharacter)
        expectFault("a: x«\u{85}» y\n", .yamlLineSeparator)
        expectFault("a: x«\u{2028}» y\n", .yamlLineSeparator)
        #expect(read("a: 👨\u{200D}👩\u{200D}👧 é ü 日本\n").diagnostics.isEmpty)
        #expect(read("a: \"\\e]0;x\\a\"\n").diagnostics.isEmpty)
    }

    @Test func faultsBehindBadBytesAreFoundToo() {
        let found = read("a: x\u{1B}y\nb: 1\nb: 2\n---\nc: \"\n---\nd: @x\n---\ne: 1\n")
        #expect(
            found.diagnostics.map(\.code) == [
                .yamlControlCharacter, .yamlDuplicateKey, .yamlUnclosedQuote, .yamlReservedCharacter,
            ]
        )
        #expect(found.documents.map(\.hasErrors) == [true, true, false])
        #expect(found.abandoned == 1)
    }

    @Test func onlyTheFirstFaultyKeyIsHidden() {
        #expect(dump("a: 1\na: 2\n~: 3\n? [x]\n: 4\nb: 5\n") == ["{a: '1', b: '5'}"])
    }

    @Test func codesAreUnique() {
        let registry = DiagnosticCode.Registry([DiagnosticCode.yamlCodes])
        #expect(registry.clashes.isEmpty)
        #expect(registry.codes.allSatisfy { $0.id.hasPrefix("OP10") && $0.summary.hasSuffix(".") })
    }
}
