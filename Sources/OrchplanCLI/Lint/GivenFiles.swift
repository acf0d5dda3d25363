import Manifests
import SourceDiagnostics

/// The files of a command line, apart by whether they belong to the project.
struct GivenFiles {
    /// Whether some of them are judged as parts of the project.
    var isPart = false
    /// Those, absolute; nil: all of the project's.
    var told: Set<String>?
    /// The others, absolute.
    var others: [String] = []
    /// Overlays of environments that were not chosen, absolute, by environment; they are among no others.
    var overlays: [String: Set<String>] = [:]
    /// Whether the project file is among them.
    var namesProjectFile = false

    /// - Parameters:
    ///   - given: What was given; a file that is given twice stays in it once.
    ///   - own: What the project itself reads.
    ///   - environments: Its environments: their overlays say nothing by themselves.
    ///   - files: What is read where files were given.
    ///   - whole: What is read of the project.
    init(
        _ given: inout ProjectSettings,
        _ own: ProjectSettings,
        _ environments: [String: ProjectEnvironment],
        working: String,
        files: LintFiles,
        whole: LintFiles
    ) throws {
        let disk = DiskFiles()
        let projectPath = PathRules.joined(own.root, LoadedProject.fileName)
        for path in given.manifests where PathRules.name(path) == LoadedProject.fileName {
            let isOwn =
                own.file != nil && (disk.canonical(path) ?? path) == (disk.canonical(projectPath) ?? projectPath)
            guard isOwn || (try? files.status(path))??.kind != .regular else { throw Self.foreign(path) }
            if isOwn { namesProjectFile = true }
        }
        if namesProjectFile {
            given.manifests = given.manifests.filter { PathRules.name($0) != LoadedProject.fileName }
            if given.manifests.isEmpty {
                (isPart, told) = (true, [])
                return
            }
        }
        let list = ManifestList.find(given, workingDirectory: working, files: files)
        var paths = list.entries.map(\.path)
        guard !paths.isEmpty, list.diagnostics.allSatisfy({ $0.code == .fileTwice }) else { return }
        if !list.diagnostics.isEmpty { given.manifests = paths }
        guard own.file != nil else { return }
        let all = Set(ManifestList.find(own, workingDirectory: working, files: whole).entries.map(\.path))
        for path in paths where !all.contains(path) {
            guard let name = Self.environment(of: path, environments, own.root) else { continue }
            overlays[name, default: []].insert(path)
        }
        if !overlays.isEmpty {
            let all = overlays.values.reduce(into: Set()) { $0.formUnion($1) }
            paths.removeAll { all.contains($0) }
            given.manifests = paths
            if paths.isEmpty { (isPart, told) = (true, []) }
        }
        others = paths.filter { !all.contains($0) }
        guard others.count < paths.count else { return }
        isPart = true
        let parts = Set(paths).intersection(all)
        if parts.count < all.count { told = parts }
    }

    /// The environment that a file is an overlay of.
    private static func environment(
        of path: String,
        _ environments: [String: ProjectEnvironment],
        _ root: String
    ) -> String? {
        environments.sorted { $0.key < $1.key }
            .first { _, environment in
                environment.overlays.contains { PathRules.relative(path, to: PathRules.joined(root, $0)) != nil }
            }?
            .key
    }

    private static func foreign(_ path: String) -> CommandFailure {
        let shown = PathRules.relative(path, to: WorkingDirectory.current()) ?? path
        let folder =
            PathRules.relative(PathRules.parent(path), to: WorkingDirectory.current()) ?? PathRules.parent(path)
        return CommandFailure(
            "\(Escaping.visible(shown)) is the file of another project",
            help: "look at that one by itself: orchplan lint --directory \(Escaping.visible(folder))",
            code: ExitStatus.usage
        )
    }
}
