import Linting
import Manifests
import ResourceModel
import SourceDiagnostics

/// What a run of `lint` reads, and what of it it tells of.
struct LintScope {
    var compile: CompileRequest
    var files: LintFiles
    /// The files that findings are told of, absolute; nil: all that are read.
    var told: Set<String>?
    /// What was said to be looked at and is looked at without the rest of a project; nil: nothing is left out.
    var alone: [String]?
    /// What is compiled beside it: files by themselves, where others are judged as parts of the project, and overlays of
    /// environments that were not chosen.
    var sides: [SideRequest] = []
    /// Whether the project file is one of the files that were named.
    var namesProjectFile = false

    /// What was left out of what was asked for, as git ignores it.
    var ignored: Int { given.leftOut }
    /// What was read or looked at, absolute, where that was asked for.
    var looked: Set<String> { files.looked.union(given.looked) }
    private let given: LintFiles

    fileprivate init(_ compile: CompileRequest, _ files: LintFiles, given: LintFiles, told: Set<String>?) {
        self.compile = compile
        self.compile.files = files
        self.files = files
        self.given = given
        self.told = told
    }

    /// The files of a run that findings are told of; nil: all, which naming every one of them means as well.
    func told(_ sources: SourceMap) -> Set<SourceID>? {
        guard let ids = told.map(sources.ids), ids.count < sources.files.count else { return nil }
        return ids
    }
}

extension Workspace {
    /// Decides what is read.
    ///
    /// Files of a project are judged as parts of it, so that what they refer to, and what refers to them, is found:
    /// with paths that are among the project's manifests all of these are compiled.
    ///
    /// - Parameter input: The file that standard input is said to be, absolute.
    func lintScope(
        _ request: LintRequest,
        input: String?,
        reading base: any ManifestFiles,
        capabilities: @autoclosure () throws -> Capabilities?
    ) throws -> LintScope {
        let working = WorkingDirectory.current()
        let needsPaths = request.needsPaths
        let files = LintFiles(
            base,
            ignoringBelow: ignoringBelow(request.base, noIgnore: request.inputs.manifests.noIgnore),
            standardInput: input,
            remembersPaths: needsPaths
        )
        var given = settings
        if let input { given.manifests = given.manifests.map { $0 == "-" ? input : $0 } }
        if given.manifestsAreGiven { given.manifests = try GivenPaths(files: files).expanded(given.manifests) }
        if let input { given.manifests = Self.once(input, in: given.manifests) }
        var own = settings
        (own.manifests, own.manifestsAreGiven) = (settings.ownManifests, false)
        let whole = LintFiles(base, ignoringBelow: nil, standardInput: input, remembersPaths: needsPaths)
        let capabilities = try capabilities()
        func scope(_ settings: ProjectSettings, _ read: LintFiles, told: Set<String>? = nil) -> LintScope {
            let compile = CompileRequest(settings, workingDirectory: working, capabilities: capabilities)
            return LintScope(compile, read, given: files, told: told)
        }
        guard settings.manifestsAreGiven else { return scope(given, files) }
        let areFiles = !given.manifests.contains { ((try? base.status($0)) ?? nil)?.kind == .directory }
        let environments = loaded?.project.environments ?? [:]
        let split = try GivenFiles(&given, own, environments, working: working, files: files, whole: whole)
        guard split.isPart else {
            var scope = scope(given, files)
            scope.compile.list = split.list
            scope.namesProjectFile = split.namesProjectFile
            scope.sides = overlaySides(split.overlays, files: whole)
            // A folder may be the whole of a system, but not beside a project that knows nothing of it.
            let isBeside =
                own.file != nil && given.manifests.allSatisfy { PathRules.relative(own.root, to: $0) == nil }
            if areFiles || isBeside { scope.alone = given.manifests }
            return scope
        }
        var result = scope(own, whole, told: split.told)
        result.compile.list = split.list
        result.namesProjectFile = split.namesProjectFile
        result.sides = overlaySides(split.overlays, files: whole)
        if !split.others.isEmpty {
            var others = given
            (others.manifests, others.overlays) = (split.others, [])
            result.sides.append(SideRequest(compile: scope(others, files).compile))
            result.alone = split.others
        }
        return result
    }

    /// Overlays of environments that were not chosen, each with the project as its environment has it.
    private func overlaySides(_ overlays: [String: Set<String>], files: LintFiles) -> [SideRequest] {
        overlays.sorted { $0.key < $1.key }
            .map { name, paths in
                var other = self
                var flags = flags
                (flags.environment, flags.paths) = (name, [])
                let working = WorkingDirectory.current()
                other.settings = ProjectSettings.resolve(
                    flags: flags,
                    environment: WorkingDirectory.environment(),
                    file: loaded,
                    workingDirectory: working
                )
                let capabilities = loaded?.isUnsure ?? false ? nil : try? other.driverCapabilities()
                var compile = CompileRequest(other.settings, workingDirectory: working, capabilities: capabilities)
                compile.files = files
                return SideRequest(compile: compile, told: paths, environment: name)
            }
    }

    /// The paths without a file that one of the folders among them gives already.
    private static func once(_ input: String, in paths: [String]) -> [String] {
        let isGiven = paths.contains { $0 != input && PathRules.relative(input, to: $0) != nil }
        var isFirst = !isGiven
        return paths.filter { path in
            guard path == input else { return true }
            defer { isFirst = false }
            return isFirst
        }
    }

    /// The top folder whose `.gitignore` counts.
    ///
    /// Without paths `lint` reads what `plan` reads, ignored or not: what would be applied is checked.
    ///
    /// - Parameter base: What relative paths of the command line begin at.
    func ignoringBelow(_ base: String, noIgnore: Bool) -> String? {
        guard settings.manifestsAreGiven, !noIgnore else { return nil }
        return RepositoryPaths.top(above: base) ?? "/"
    }

    /// Says how many files and folders were left out as git ignores them.
    func tellIgnored(_ count: Int) {
        guard count > 0 else { return }
        let many = Words.count(count, "file or folder", "files and folders")
        tell("\(many) that .gitignore names \(count == 1 ? "was" : "were") left out (--no-ignore takes them in)")
    }
}
