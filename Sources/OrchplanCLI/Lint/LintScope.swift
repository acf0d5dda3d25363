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

    /// What was left out of what was asked for, as git ignores it.
    var ignored: Int { given.leftOut }
    private let given: LintFiles

    fileprivate init(_ compile: CompileRequest, _ files: LintFiles, given: LintFiles, told: Set<String>?) {
        self.compile = compile
        self.compile.files = files
        self.files = files
        self.given = given
        self.told = told
    }

    /// The files of a run that findings are told of; nil: all.
    func told(_ sources: SourceMap) -> Set<SourceID>? {
        guard let told else { return nil }
        let working = WorkingDirectory.current()
        let indices = sources.files.indices.filter { told.contains(PathRules.joined(working, sources.files[$0].path)) }
        return Set(indices.map { SourceID(Int32(truncatingIfNeeded: $0)) })
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
        let files = LintFiles(base, ignoringBelow: ignoringBelow(request), standardInput: input)
        var given = settings
        if let input { given.manifests = given.manifests.map { $0 == "-" ? input : $0 } }
        if given.manifestsAreGiven { given.manifests = try GivenPaths(files: files).expanded(given.manifests) }
        if let input { given.manifests = Self.once(input, in: given.manifests) }
        var own = settings
        (own.manifests, own.manifestsAreGiven) = (settings.ownManifests, false)
        let whole = LintFiles(base, ignoringBelow: nil, standardInput: input)
        var told: Set<String>?
        var isPart = false
        if settings.manifestsAreGiven, settings.file != nil {
            let list = ManifestList.find(given, workingDirectory: working, files: files)
            let paths = Set(list.entries.map(\.path))
            let all = Set(ManifestList.find(own, workingDirectory: working, files: whole).entries.map(\.path))
            isPart = list.diagnostics.isEmpty && !paths.isEmpty && paths.isSubset(of: all)
            if isPart, paths.count < all.count { told = paths }
        }
        let compile = CompileRequest(isPart ? own : given, workingDirectory: working, capabilities: try capabilities())
        var scope = LintScope(compile, isPart ? whole : files, given: files, told: told)
        if settings.manifestsAreGiven, !isPart {
            let named = given.manifests.filter { ((try? base.status($0)) ?? nil)?.kind != .directory }
            if named.count == given.manifests.count { scope.alone = named }
        }
        return scope
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
    private func ignoringBelow(_ request: LintRequest) -> String? {
        guard settings.manifestsAreGiven, !request.inputs.noIgnore else { return nil }
        return RepositoryPaths.top(above: request.base) ?? "/"
    }
}
