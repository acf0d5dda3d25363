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

    /// Refuses two of them that are one file, and one that is a file of the project.
    func check(_ settings: ProjectSettings) throws {
        var known: [Place: String] = [:]
        if settings.file != nil {
            let path = PathRules.joined(settings.root, LoadedProject.fileName)
            if let place = Self.place(path) { known[place] = "the project file" }
        }
        for policy in settings.policies {
            if let place = Self.place(policy.path) { known[place] = "the policy \(policy.name)" }
        }
        if let place = Self.place(settings.state) { known[place] = "the recorded state" }
        for file in named {
            guard let place = Self.place(file.path) else { continue }
            if let other = known[place] { throw Self.refusal(file, other) }
            known[place] = file.words
        }
    }

    /// Refuses one that is among the files of a run.
    ///
    /// - Parameter paths: Absolute.
    func check(reads paths: some Sequence<String>) throws {
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
            throw Self.refusal(file, "the manifest \(path)")
        }
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
