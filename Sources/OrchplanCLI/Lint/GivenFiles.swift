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
    /// What is there to be read, where it is known already: a large tree is listed once.
    var list: ManifestList?

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
        // The project itself, by the same words: it need not be listed again to see that it is that.
        if own.file != nil, given.manifests == own.manifests, files.leftOut == 0, !list.entries.isEmpty {
            isPart = true
            // What a person names may lie anywhere, unlike the project's own.
            let top = disk.canonical(own.root)
            let isBelow = given.manifests.allSatisfy { path in
                guard let top, let place = disk.canonical(path) else { return false }
                return PathRules.relative(place, to: top) != nil
            }
            if list.diagnostics.isEmpty, isBelow { self.list = list }
            return
        }
        var paths = list.entries.map(\.path)
        guard !paths.isEmpty, list.diagnostics.allSatisfy({ $0.code == .fileTwice }) else { return }
        if !list.diagnostics.isEmpty { given.manifests = paths }
        guard own.file != nil else {
            if list.diagnostics.isEmpty { self.list = list }
            return
        }
        paths = takeOverlays(from: paths, own, environments)
        if !overlays.isEmpty { given.manifests = paths }
        if paths.isEmpty { (isPart, told) = (true, []) }
        guard paths.contains(where: { Self.mayBePart($0, of: own) }) else { return }
        let all = Set(ManifestList.find(own, workingDirectory: working, files: whole).entries.map(\.path))
        others = paths.filter { !all.contains($0) }
        guard others.count < paths.count else { return }
        isPart = true
        let parts = Set(paths).intersection(all)
        if parts.count < all.count { told = parts }
    }

    /// Puts overlays of environments that were not chosen apart, and gives the other paths.
    private mutating func takeOverlays(
        from paths: [String],
        _ own: ProjectSettings,
        _ environments: [String: ProjectEnvironment]
    ) -> [String] {
        let folders = environments.sorted { $0.key < $1.key }
            .flatMap { name, environment in
                environment.overlays.map { (name: name, path: PathRules.joined(own.root, $0)) }
            }
        guard !folders.isEmpty else { return paths }
        return paths.filter { path in
            guard !Self.mayBePart(path, of: own),
                let folder = folders.first(where: { PathRules.relative(path, to: $0.path) != nil })
            else { return true }
            overlays[folder.name, default: []].insert(path)
            return false
        }
    }

    /// Whether a project may read a file, as far as its settings tell: a large project is not listed in vain.
    private static func mayBePart(_ path: String, of project: ProjectSettings) -> Bool {
        (project.manifests + project.overlays).contains { PathRules.relative(path, to: $0) != nil }
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
