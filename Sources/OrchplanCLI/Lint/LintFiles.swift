import Manifests
import SourceDiagnostics
import Synchronization

/// The files of this machine as `lint` sees them: without what git ignores, and with standard input in a file's place.
///
/// Only listing a folder leaves anything out, so that a file that is named always counts. The folder that a walk begins
/// with is not asked about either: who names it wants it.
final class LintFiles: ManifestFiles {
    private let base: any ManifestFiles
    /// The top of the repository, or of the walk where there is none; nil: nothing is ignored.
    private let top: String?
    /// What standard input is said to be, absolute; nil: itself.
    private let input: String?
    private let known = Mutex<[String: [IgnoreFile]]>([:])
    /// What was left out, absolute: several patterns walk the same folders.
    private let left = Mutex<Set<String>>([])
    private let remembersPaths: Bool
    private let seen = Mutex<Set<String>>([])

    init(
        _ base: any ManifestFiles = DiskFiles(),
        ignoringBelow top: String?,
        standardInput input: String?,
        remembersPaths: Bool = false
    ) {
        self.remembersPaths = remembersPaths
        self.base = base
        self.top = top
        self.input = input
    }

    /// How many files and folders were left out so far.
    var leftOut: Int { left.withLock { $0.count } }

    /// The files that were read or looked at so far, absolute, where that was asked for.
    ///
    /// Secrets are looked at and never read.
    var looked: Set<String> { seen.withLock { $0 } }

    func status(_ path: String) throws(FileProblem) -> FileStatus? {
        let status = try base.status(path)
        if remembersPaths, status?.kind == .regular { seen.withLock { _ = $0.insert(path) } }
        guard path == input, status == nil else { return status }
        // A file that is still to be saved; no other has this identity.
        let identity = FileIdentity(device: .max, inode: .max)
        return FileStatus(kind: .regular, size: 0, mode: 0o600, identity: identity)
    }

    func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] {
        var entries = try base.entries(directory)
        if let top {
            let files = ignoreFiles(for: directory, top: top)
            let ignored = entries.filter { entry in
                !files.isEmpty && !entry.name.hasPrefix(".")
                    && isIgnored(PathRules.joined(directory, entry.name), entry.kind == .directory, files)
            }
            if !ignored.isEmpty {
                let names = Set(ignored.map(\.name))
                entries.removeAll { names.contains($0.name) }
                left.withLock { $0.formUnion(names.map { PathRules.joined(directory, $0) }) }
            }
        }
        if let input, PathRules.parent(input) == directory {
            let name = String(PathRules.name(input))
            if !entries.contains(where: { $0.name == name }) {
                entries.append(DirectoryEntry(name: name, kind: .regular))
            }
        }
        return entries
    }

    func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
        if remembersPaths { seen.withLock { _ = $0.insert(path) } }
        guard path == input else { return try base.read(path, shownAs: shownAs, limit: limit) }
        let given = try base.readStandardInput(limit: limit)
        // Its bytes are good for as long as it is alive.
        return withExtendedLifetime(given) { SourceFile(path: shownAs, bytes: given.bytes) }
    }

    func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile {
        try base.readStandardInput(limit: limit)
    }

    func canonical(_ path: String) -> String? { base.canonical(path) }

    func link(_ path: String) -> String? { base.link(path) }

    /// Asks the nearest file that speaks of a path; of folders above only their own entries are of interest here.
    private func isIgnored(_ path: String, _ isFolder: Bool, _ files: [(folder: String, file: IgnoreFile)]) -> Bool {
        for (folder, file) in files {
            guard let relative = PathRules.relative(path, to: folder) else { continue }
            if let verdict = file.verdict(relative, isFolder: isFolder) { return verdict }
        }
        return false
    }

    /// The files that speak of the entries of a folder, the nearest first; the repository's own exclusions last.
    private func ignoreFiles(for directory: String, top: String) -> [(folder: String, file: IgnoreFile)] {
        var files: [(folder: String, file: IgnoreFile)] = []
        var folder = directory
        while true {
            files += ignoreFiles(in: folder, isTop: folder == top).map { (folder, $0) }
            guard folder != top, PathRules.relative(folder, to: top) != nil else { return files }
            folder = PathRules.parent(folder)
        }
    }

    private func ignoreFiles(in folder: String, isTop: Bool) -> [IgnoreFile] {
        if let found = known.withLock({ $0[folder] }) { return found }
        let names = [".gitignore"] + (isTop ? [".git/info/exclude"] : [])
        let found = names.compactMap { name -> IgnoreFile? in
            let path = PathRules.joined(folder, name)
            // Not through the base, which remembers what it read as manifests.
            let file = try? DiskFiles().read(path, shownAs: path, limit: 1 << 20)
            return file.map { IgnoreFile($0.bytes) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        known.withLock { $0[folder] = found }
        return found
    }
}
