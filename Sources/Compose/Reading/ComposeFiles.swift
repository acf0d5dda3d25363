import Manifests
import SourceDiagnostics
import YAMLDocuments

/// What the files of one stack say together.
struct ComposeFile: Sendable {
    /// The keys at the top, of all files.
    var root: ComposeNode
    /// The files, in order.
    var ids: [SourceID] = []
    /// Whether every file could be read without an error.
    var isWhole: Bool

    func section(_ name: String) -> [ComposeEntry] { root[name]?.entries ?? [] }
}

/// Reads the files of a stack and lays them over each other.
enum ComposeFiles {
    /// Reads all `inputs`, in order; nil when none could be.
    static func read(
        _ inputs: [ConversionRequest.Input],
        _ files: some ManifestFiles,
        into sources: inout SourceMap,
        _ diagnostics: inout [Diagnostic]
    ) -> ComposeFile? {
        var merged: ComposeNode?
        var ids: [SourceID] = []
        var isWhole = true
        for input in inputs {
            let file: SourceFile
            do throws(FileProblem) {
                file =
                    input.path == "-"
                    ? try files.readStandardInput(limit: ParseLimits.standard.fileBytes)
                    : try files.read(input.path, shownAs: input.shownAs, limit: ParseLimits.standard.fileBytes)
            } catch {
                diagnostics.append(
                    Diagnostic(.unreadable, "`\(input.shownAs)` cannot be read: \(error.text)", at: nil as Label?)
                )
                isWhole = false
                continue
            }
            let id = sources.add(file)
            ids.append(id)
            guard let root = root(of: file, id, &diagnostics) else {
                isWhole = false
                continue
            }
            merged = merged.map { ComposeMerge.files($0, root) } ?? root
        }
        if diagnostics.hasErrors { isWhole = false }
        return merged.map { ComposeFile(root: $0, ids: ids, isWhole: isWhole) }
    }

    /// The map at the top of a file.
    private static func root(of file: SourceFile, _ id: SourceID, _ diagnostics: inout [Diagnostic]) -> ComposeNode? {
        let stream = YAMLReader.read(file: file, id: id)
        diagnostics += stream.diagnostics
        let documents = stream.documents.filter { !$0.isEmpty }
        guard let first = documents.first else {
            if stream.abandoned == 0 {
                let start = SourceRange(file: id, start: 0, end: 0)
                diagnostics.append(Diagnostic(.notCompose, "`\(file.path)` is empty", at: start))
            }
            return nil
        }
        for other in documents.dropFirst() {
            let place = other.withRoot { ComposeNode($0).range }
            diagnostics.append(
                Diagnostic(
                    .notCompose,
                    "a Compose file has one document",
                    at: place,
                    help: [Help("put the others into files of their own, and name them all: they are merged")]
                )
            )
        }
        let root = first.withRoot(ComposeNode.init)
        if let complaint = complaint(about: root, file.path) {
            diagnostics.append(complaint)
            return nil
        }
        return root
    }

    /// Why a document is no part of a stack; an overlay may have no services.
    private static func complaint(about root: ComposeNode, _ path: String) -> Diagnostic? {
        guard let entries = root.entries else {
            return Diagnostic(
                .notCompose,
                "`\(path)` is \(root.described), and a Compose file is a map",
                at: root.range
            )
        }
        if let version = entries.first(where: { $0.key == "apiVersion" }) {
            let isOurs = version.value.text?.hasPrefix("orchplan/") ?? false
            return Diagnostic(
                .notCompose,
                "`\(path)` is \(isOurs ? "a manifest already" : "no Compose file")",
                at: version.keyRange,
                help: isOurs ? [Help("nothing is to be converted: `orchplan lint \(path)`")] : []
            )
        }
        let sections = ["services", "networks", "volumes", "secrets", "configs"]
        guard !entries.contains(where: { sections.contains($0.key) }) else { return nil }
        // Compose of 2014 had services at the top.
        let isFirst = entries.contains { $0.value["image"] != nil || $0.value["build"] != nil }
        return Diagnostic(
            .notCompose,
            "`\(path)` has no `services`",
            at: entries.first?.keyRange ?? root.range,
            help: isFirst ? [Help("it is of the first version of Compose: put all of it under `services:`")] : []
        )
    }
}
