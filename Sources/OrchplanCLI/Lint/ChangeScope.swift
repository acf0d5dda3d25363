import Manifests
import ResourceModel
import SourceDiagnostics

/// What a run with `--changed-since` tells of: changed files, and the resources that refer to what they declare.
struct ChangeScope {
    /// By file: whether it changed.
    private let changed: Set<SourceID>
    /// The documents of resources that refer to changed ones.
    private let referring: [SourceID: [SourceRange]]
    /// Whether the project file changed, on which everything depends.
    private let isAll: Bool

    /// - Parameter project: The folder of the project file, where there is one.
    init(_ files: ChangedFiles, _ result: CompileResult, _ sources: SourceMap, project: String?) {
        let disk = DiskFiles()
        let working = WorkingDirectory.current()
        func isChanged(_ path: String) -> Bool {
            let path = PathRules.joined(working, path)
            return files.paths.contains(disk.canonical(path) ?? path)
        }
        let projectFile = project.map { PathRules.joined($0, LoadedProject.fileName) }
        isAll = projectFile.map(isChanged) ?? false
        var changed: Set<SourceID> = []
        for (index, file) in sources.files.enumerated() where isChanged(file.path) {
            changed.insert(SourceID(Int32(truncatingIfNeeded: index)))
        }
        let graph = result.partial
        let places = graph.resources.map { resource in
            result.place(of: resource.address).map { [$0.document] + $0.overlays } ?? []
        }
        let isTouched = places.map { $0.contains { changed.contains($0.file) } }
        var referring: [SourceID: [SourceRange]] = [:]
        for index in graph.resources.indices
        where isTouched[index] || graph.edges[index].contains(where: { isTouched[$0.to] }) {
            for range in places[index] { referring[range.file, default: []].append(range) }
        }
        self.changed = changed
        self.referring = referring
    }

    /// Whether a diagnostic is told.
    ///
    /// Errors of the compiler always are: a file that is gone breaks others, and with one nothing can be planned.
    func holds(_ diagnostic: Diagnostic) -> Bool {
        if isAll || (diagnostic.severity == .error && !LintResult.rules.contains(diagnostic.code)) { return true }
        guard let primary = diagnostic.primary else { return true }
        return ([primary] + diagnostic.secondary)
            .contains { label in
                changed.contains(label.range.file)
                    || (label.range == primary.range && isReferring(label.range))
            }
    }

    private func isReferring(_ range: SourceRange) -> Bool {
        referring[range.file]?.contains { $0.start <= range.start && range.start <= $0.end } ?? false
    }
}
