import Linting
import Manifests
import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// A text as the one manifest of a project.
enum ManifestLaws {
    private static let name = "fuzz.yaml"

    static func check(_ input: [UInt8]) throws(BrokenLaw) {
        try readBothWays(input)
        let (result, findings) = try compile(input)
        try DiagnosticLaws.check(findings, result.sources)
        try compareAgain(input, result, findings)
        try layOut(input, result)
        if findings.contains(where: { $0.help.contains { !$0.edits.isEmpty } }) {
            try fix(input, allowsUnsafe: false)
            try fix(input, allowsUnsafe: true)
        }
    }

    /// The scanner and libyaml read the same documents.
    private static func readBothWays(_ input: [UInt8]) throws(BrokenLaw) {
        let file = SourceFile(path: name, bytes: input)
        let fast = YAMLReader.read(file: file, id: SourceID(0))
        let slow = YAMLReader.read(file: file, id: SourceID(0), path: .libyaml)
        try expect(fast.documents.count == slow.documents.count, "the two ways find different numbers of documents")
        try expect(fast.abandoned == slow.abandoned, "the two ways give up different numbers of documents")
        try expect(fast.diagnostics == slow.diagnostics, "the two ways find different faults")
        for (one, other) in zip(fast.documents, slow.documents) {
            let areAlike = one.withRoot { left in other.withRoot { right in areEqual(left, right) } }
            try expect(areAlike, "the two ways read different nodes")
        }
    }

    private static func areEqual(_ left: YAMLNode, _ right: YAMLNode) -> Bool {
        guard left.kind == right.kind, left.text == right.text, left.isNull == right.isNull, left.tag == right.tag,
            left.range == right.range, left.count == right.count
        else { return false }
        for (one, other) in zip(left.items, right.items) where !areEqual(one, other) { return false }
        for (one, other) in zip(left.pairs, right.pairs) {
            guard areEqual(one.key, other.key), areEqual(one.value, other.value) else { return false }
        }
        return true
    }

    /// A second run says the same, also when the text is read in pieces; every resource survives being written down.
    private static func compareAgain(
        _ input: [UInt8],
        _ result: CompileResult,
        _ findings: [Diagnostic]
    ) throws(BrokenLaw) {
        try expect(result.graph == nil || !result.diagnostics.hasErrors, "a graph was made in spite of errors")
        let again = try compile(input, parallelism: 3)
        try expect(again.0.graph == result.graph, "a second run gives another graph")
        try expect(again.1 == findings, "a second run finds something else")
        for resource in result.partial.resources {
            var writer = CanonicalWriter()
            resource.encode(to: &writer)
            let read = try? Resource(canonical: CanonicalReader.parse(writer.bytes))
            try expect(read == resource, "\(resource.address) does not survive being written down")
        }
    }

    /// The layout changes nothing that is meant, and laying out again changes nothing at all.
    private static func layOut(_ input: [UInt8], _ result: CompileResult) throws(BrokenLaw) {
        guard case .changed(let text) = LayoutFormatter.format(SourceFile(path: name, bytes: input)) else { return }
        let again = LayoutFormatter.format(SourceFile(path: name, bytes: text))
        try expect(again == .unchanged, "laying out twice differs: \(again)")
        let (after, _) = try compile(text)
        try expect(after.graph == result.graph, "the layout changes what is declared")
    }

    /// Fixes come to an end, bring no error, and leave nothing for a second run but what the first says it held back.
    ///
    /// What could not be read before may have errors of its own once it can.
    private static func fix(_ input: [UInt8], allowsUnsafe: Bool) throws(BrokenLaw) {
        let first = try fixed(input, allowsUnsafe: allowsUnsafe)
        guard let text = first.files.first?.after else { return }
        let before = try compile(input).0
        let after = try compile(text).0
        let isYAML = !before.diagnostics.contains { $0.severity == .error && $0.code.id.hasPrefix("OP10") }
        func errors(_ result: CompileResult) -> Int {
            result.diagnostics.count { $0.severity == .error && (isYAML || $0.code.id.hasPrefix("OP10")) }
        }
        try expect(errors(after) <= errors(before), "a fix brings an error")
        if !allowsUnsafe, before.graph != nil {
            try expect(after.graph == before.graph, "a safe fix changes what is declared")
        }
        let second = try fixed(text, allowsUnsafe: allowsUnsafe)
        let isHeldBack = first.refused.contains(where: \.isHeldBack)
        try expect(second.files.isEmpty || isHeldBack, "fixing twice differs")
    }

    private static func fixed(_ input: [UInt8], allowsUnsafe: Bool) throws(BrokenLaw) -> FixOutcome {
        let files = EditedFiles(FolderOfTexts(name, input))
        let fixer = Fixer(files: files, allowsUnsafe: allowsUnsafe) {
            let result = await Compiler.compile(request(files))
            return FixCheck(
                sources: result.sources,
                diagnostics: LintRegistry.check(result),
                graph: result.graph
            )
        }
        guard let outcome = try finished({ try? await fixer.run() }) else { throw BrokenLaw("fixing failed") }
        return outcome
    }

    static func compile(
        _ input: [UInt8],
        parallelism: Int = 1
    ) throws(BrokenLaw) -> (CompileResult, [Diagnostic]) {
        var request = request(FolderOfTexts(name, input))
        request.parallelism = parallelism
        let result = try finished { [request] in await Compiler.compile(request) }
        return (result, LintRegistry.check(result))
    }

    private static func request(_ files: any ManifestFiles) -> CompileRequest {
        let folder = FolderOfTexts.folder
        var request = CompileRequest(project: "fuzz", root: folder, paths: ["\(folder)/\(name)"])
        request.files = files
        request.parallelism = 1
        request.variables = VariableResolver([.init("the environment", ["A": "1", "B": "{a: b}", "EMPTY": ""])])
        return request
    }
}
