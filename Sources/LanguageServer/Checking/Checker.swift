import Linting
import Manifests
import Policies
import ResourceModel
import SourceDiagnostics

/// Compiles and lints what open documents belong to.
package struct Checker: Sendable {
    private let surroundings: Surroundings

    package init(_ surroundings: Surroundings) { self.surroundings = surroundings }

    package func check(_ job: CheckJob) async -> CheckResult {
        let files = BufferFiles(disk: surroundings.files, buffers: job.buffers)
        var parts: [CheckedPart] = []
        for (directory, paths) in projects(job, files).sorted(by: { $0.key < $1.key }) {
            parts += await check(directory, paths.sorted(), files)
        }
        return CheckResult(generation: job.generation, parts: parts)
    }

    /// Open documents by the directory of their project.
    private func projects(_ job: CheckJob, _ files: BufferFiles) -> [String: Set<String>] {
        var projects: [String: Set<String>] = [:]
        for path in job.buffers.keys {
            let folder = FilePath.parent(path)
            let directory =
                directory(of: folder, files) ?? job.folders.filter { FilePath.isInside(path, $0) }.max() ?? folder
            projects[directory, default: []].insert(path)
        }
        for folder in job.folders {
            if (try? files.status(FilePath.joined(folder, LoadedProject.fileName))) ?? nil != nil {
                projects[folder, default: []].formUnion([])
            }
        }
        return projects
    }

    /// The nearest directory upwards with a project file.
    private func directory(of folder: String, _ files: BufferFiles) -> String? {
        var current = folder
        while true {
            let path = FilePath.joined(current, LoadedProject.fileName)
            if files.buffers[path] != nil || (try? files.status(path)) ?? nil != nil { return current }
            guard current != "/" else { return nil }
            current = FilePath.parent(current)
        }
    }

    private func check(_ directory: String, _ open: [String], _ files: BufferFiles) async -> [CheckedPart] {
        let path = FilePath.joined(directory, LoadedProject.fileName)
        let hasFile = files.buffers[path] != nil || (try? files.status(path)) ?? nil != nil
        let loaded = hasFile ? LoadedProject.load(path, files: files) : nil
        var parts: [CheckedPart] = []
        var left = Set(open).subtracting([path])
        let settings = settings(directory, loaded, surroundings.flags.environment)
        if loaded != nil || settings.manifests.contains(where: { (try? files.status($0)) ?? nil != nil }) {
            parts.append(await part(directory, settings, loaded, files))
            left = left.filter { !settings.holds($0) }
        }
        // Overlays of an environment that was not chosen are checked as that environment's.
        for (name, environment) in (loaded?.project.environments ?? [:]).sorted(by: { $0.key < $1.key }) {
            let overlays = environment.overlays.map { FilePath.normalised(FilePath.joined(directory, $0)) }
            let own = left.filter { path in overlays.contains { FilePath.isInside(path, $0) } }
            guard !own.isEmpty else { continue }
            left.subtract(own)
            parts.append(await part(directory, self.settings(directory, loaded, name), loaded, files, only: own))
        }
        for path in left.sorted() where files.buffers[path].map(Self.isManifest) ?? false {
            var alone = settings
            alone.manifests = [path]
            alone.manifestsAreGiven = true
            alone.overlays = []
            parts.append(await part(directory, alone, loaded, files, only: [path]))
        }
        let overlays = overlays(directory, loaded, files)
        for index in parts.indices { parts[index].overlays = overlays }
        return parts
    }

    /// The overlays of all environments of a project, as far as they can be read.
    private func overlays(_ directory: String, _ loaded: LoadedProject?, _ files: BufferFiles) -> [SourceFile] {
        let paths = (loaded?.project.environments ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value.overlays)
        guard !paths.isEmpty else { return [] }
        var settings = settings(directory, loaded, nil)
        var known: Set<String> = []
        settings.overlays = paths.map { FilePath.normalised(FilePath.joined(directory, $0)) }
            .filter { known.insert($0).inserted }
        (settings.manifests, settings.manifestsAreGiven) = ([], false)
        return ManifestList.find(settings, workingDirectory: directory, files: files).entries
            .compactMap { try? files.read($0.path, shownAs: $0.shownAs, limit: Self.largestOverlay) }
    }

    /// Larger files are none that somebody writes.
    private static let largestOverlay = 1 << 20

    private func settings(_ directory: String, _ loaded: LoadedProject?, _ environment: String?) -> ProjectSettings {
        var flags = surroundings.flags
        flags.environment = environment
        return ProjectSettings.resolve(
            flags: flags,
            environment: surroundings.environment,
            file: loaded,
            workingDirectory: directory
        )
    }

    private func part(
        _ directory: String,
        _ settings: ProjectSettings,
        _ loaded: LoadedProject?,
        _ files: BufferFiles,
        only: Set<String>? = nil
    ) async -> CheckedPart {
        let capabilities = surroundings.capabilities(settings.driver.name)
        var request = CompileRequest(settings, workingDirectory: directory, capabilities: capabilities)
        request.files = files
        let result = await Compiler.compile(request)
        var sources = result.sources
        var lint = settings.lint
        var own: [Diagnostic] = []
        if let file = loaded?.sources.files.first {
            let id = sources.add(file)
            lint = lint.moved(to: id)
            own = (loaded?.diagnostics ?? []).map { $0.moved(to: id) }
        }
        var findings = LintRegistry.check(result, settings: lint, capabilities: capabilities)
        if let known = settings.lint.baseline.map({ FilePath.normalised(FilePath.joined(settings.root, $0)) }) {
            findings = unknown(findings, to: known, result, sources, surroundings.files, &own)
        }
        return CheckedPart(
            root: directory,
            result: result,
            sources: sources,
            diagnostics: own + settings.diagnostics + findings + forbidden(result, settings),
            projectFile: loaded?.path,
            only: only
        )
    }

    /// The findings that a baseline does not know; `lint` tells of no others either.
    private func unknown(
        _ findings: [Diagnostic],
        to path: String,
        _ result: CompileResult,
        _ sources: SourceMap,
        _ files: any ManifestFiles,
        _ faults: inout [Diagnostic]
    ) -> [Diagnostic] {
        func fault(_ reason: String) {
            let message = "the baseline `\(path)` cannot be used: \(reason)"
            faults.append(Diagnostic(.badProject, severity: .warning, message, at: nil as Label?))
        }
        do {
            var known = sources
            let file = try files.read(path, shownAs: path, limit: 1 << 28)
            let baseline = try Baseline(file, id: known.add(file))
            let sorted = sources.sorted(findings)
            var told = zip(sorted, FindingLocator(result, sources: sources).identities(sorted))
                .map { Finding($0, identity: $1) }
            _ = baseline.apply(to: &told)
            return told.filter { $0.standing == .counts }.map(\.diagnostic)
        } catch let problem as FileProblem {
            fault(problem.text)
        } catch let problem as BaselineFault {
            fault(problem.message)
        } catch {
            fault("\(error)")
        }
        return findings
    }

    /// What policies forbid; a faulty one is told as what it is for everybody: the end of every command.
    private func forbidden(_ result: CompileResult, _ settings: ProjectSettings) -> [Diagnostic] {
        let loaded = settings.policies.map {
            LoadedPolicy.load($0.path, shownAs: $0.name, files: surroundings.files)
        }
        let faulty = loaded.filter(\.diagnostics.hasErrors)
            .map { policy in
                let first = policy.diagnostics.first { $0.severity == .error }
                return Diagnostic(
                    .badProject,
                    "the policy `\(policy.name)` is faulty, and nothing is allowed without it: \(first?.message ?? "")",
                    at: nil as Label?
                )
            }
        return faulty.isEmpty ? PolicySet(loaded, driver: settings.driver.name).diagnostics(result) : faulty
    }

    /// Whether a document outside of a project's folders is a manifest: other tools have YAML, too.
    private static func isManifest(_ file: SourceFile) -> Bool {
        guard file.path.hasSuffix(".yaml") || file.path.hasSuffix(".yml") || file.path.hasSuffix(".json") else {
            return false
        }
        let wanted = Array("orchplan/v".utf8)
        guard let first = wanted.first, file.count > wanted.count else { return false }
        for index in 0..<(file.count - wanted.count) where file.bytes[index] == first {
            if file.bytes[index..<(index + wanted.count)].elementsEqual(wanted) { return true }
        }
        return false
    }
}

extension ProjectSettings {
    /// Whether a path is one of the project's manifests or overlays.
    fileprivate func holds(_ path: String) -> Bool {
        guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") || manifests.contains(path) else { return false }
        return (manifests + overlays).contains { FilePath.isInside(path, FilePath.normalised($0)) }
    }
}
