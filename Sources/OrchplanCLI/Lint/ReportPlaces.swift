import Manifests
import SourceDiagnostics

/// The files that a run writes, held against each other and against what it reads: a report in the place of a manifest
/// would cost the manifest.
struct ReportPlaces {
    /// A file that the command line names, and the words that name it.
    private struct Named {
        var words: String
        var path: String
        var isWritten = true
    }

    /// One file, however its path is spelled.
    private enum Place: Hashable {
        case file(FileIdentity)
        /// One that is not there yet: its folder's identity and its name.
        case new(FileIdentity, String)
    }

    private let named: [Named]

    /// - Parameter base: What relative paths of the command line begin at.
    init(_ reporting: LintReporting, readingBaseline baseline: String?, base: String) {
        var named = reporting.output.filter { $0.path != "-" && ReportFile.openDescriptor($0.path) == nil }
            .map { Named(words: "--output \($0.format.rawValue)=\($0.path)", path: PathRules.joined(base, $0.path)) }
        if let path = reporting.writeBaseline {
            named.append(Named(words: "--write-baseline \(path)", path: PathRules.joined(base, path)))
        }
        if let baseline {
            let words = reporting.baseline == nil ? "`baseline` of orchplan.yaml" : "--baseline \(baseline)"
            named.append(Named(words: words, path: PathRules.joined(base, baseline), isWritten: false))
        }
        self.named = named
    }

    /// Refuses two of them that are one file, and one that is a file of the project, or would be read as one.
    ///
    /// - Parameter project: The project file, for the overlays of all environments.
    func check(_ settings: ProjectSettings, _ project: ProjectFile?) throws {
        var known: [Place: String] = [:]
        if settings.file != nil {
            let path = PathRules.joined(settings.root, LoadedProject.fileName)
            if let place = Self.place(path) { known[place] = "the project file" }
        }
        for policy in settings.policies {
            if let place = Self.place(policy.path) { known[place] = "the policy \(policy.name)" }
        }
        if let place = Self.place(settings.state) { known[place] = "the recorded state" }
        try checkFolders(settings, project)
        for file in named {
            guard let place = Self.place(file.path) else { continue }
            if let other = known[place] { throw Self.refusal(file, other) }
            known[place] = file.words
        }
    }

    /// Refuses one that is among the files of a run.
    ///
    /// - Parameter paths: Absolute.
    /// - Parameter words: What to call a path, for people.
    func check(reads paths: some Sequence<String>, as words: (String) -> String) throws {
        var written: [FileIdentity: Named] = [:]
        for file in named where file.isWritten {
            if case .file(let identity) = Self.place(file.path) { written[identity] = file }
        }
        // Most often nothing is there, and no manifest has to be looked at.
        guard !written.isEmpty else { return }
        for path in paths {
            guard let identity = (try? DiskFiles().status(path))??.identity, let file = written[identity] else {
                continue
            }
            throw Self.refusal(file, words(path))
        }
    }

    /// Refuses what lies where a later run looks for manifests, and where others keep their own.
    private func checkFolders(_ settings: ProjectSettings, _ project: ProjectFile?) throws {
        let overlays = (project?.environments.values.flatMap(\.overlays) ?? [])
            .map { PathRules.joined(settings.root, $0) }
        let folders =
            settings.ownManifests.map { ("manifest", $0) } + (settings.overlays + overlays).map { ("overlay", $0) }
        for file in named where file.isWritten {
            guard let path = Self.real(file.path) else { continue }
            try Self.checkOwner(of: path, file)
            for (what, folder) in folders {
                let real = DiskFiles().canonical(folder) ?? folder
                guard let below = PathRules.relative(path, to: real), path == real || Self.isRead(below) else {
                    continue
                }
                let status = (try? DiskFiles().status(path)) ?? nil
                // A folder is refused as one, when it is to be written.
                if status?.kind == .directory { continue }
                if status != nil {
                    let root = DiskFiles().canonical(settings.root) ?? settings.root
                    throw Self.refusal(file, "the \(what) \(PathRules.relative(path, to: root) ?? path)")
                }
                throw CommandFailure(
                    "\(Escaping.visible(file.words)) would be read as \(what == "manifest" ? "a" : "an") \(what)",
                    help: "write the report elsewhere",
                    code: ExitStatus.usage
                )
            }
        }
    }

    /// Refuses a file of git's or of the recorded state's.
    private static func checkOwner(of path: String, _ file: Named) throws {
        let owners = [".git": "git keeps its own", ".orchplan": "orchplan keeps its own"]
        let parts = path.split(separator: "/")
        let reason =
            parts.last == ".gitignore"
            ? "git reads there what it ignores"
            : parts.lazy.compactMap { part in owners[String(part)].map { "in \(part) \($0)" } }.first
        guard let reason else { return }
        throw CommandFailure(
            "\(Escaping.visible(file.words)) cannot be written: \(reason)",
            help: "write the report elsewhere",
            code: ExitStatus.usage
        )
    }

    /// Whether a file below a folder of manifests is one, by its name.
    private static func isRead(_ below: String) -> Bool {
        (below.hasSuffix(".yaml") || below.hasSuffix(".yml"))
            && !below.split(separator: "/").contains { $0.hasPrefix(".") }
    }

    /// Where a file lies or would lie, without symbolic links; nil where there is no folder for it.
    private static func real(_ path: String) -> String? {
        guard let end = try? ReportFile.place(of: path) else { return nil }
        return DiskFiles().canonical(PathRules.parent(end)).map { PathRules.joined($0, String(PathRules.name(end))) }
    }

    /// Nil for what cannot be told apart: devices, and what lies in a folder that is not there.
    private static func place(_ path: String) -> Place? {
        let disk = DiskFiles()
        if let status = (try? disk.status(path)) ?? nil {
            return status.kind == .special && path.hasPrefix("/dev/") ? nil : .file(status.identity)
        }
        guard let end = try? ReportFile.place(of: path),
            let folder = (try? disk.status(PathRules.parent(end))) ?? nil
        else { return nil }
        return .new(folder.identity, String(PathRules.name(end)))
    }

    private static func refusal(_ file: Named, _ other: String) -> CommandFailure {
        CommandFailure(
            "\(Escaping.visible(file.words)) and \(Escaping.visible(other)) are the same file",
            help: file.isWritten ? "write the report elsewhere" : "name a file of its own for each",
            code: ExitStatus.usage
        )
    }
}
