import Manifests
import SourceDiagnostics
import Synchronization

/// Files as they would be after edits that are not written yet.
///
/// It remembers what was read of each file, so that nothing is written over a file that changed in between, and reads
/// standard input once.
package final class EditedFiles: ManifestFiles {
    private struct State {
        var edited: [String: [UInt8]] = [:]
        var read: [String: [UInt8]] = [:]
        /// The absolute path of each file, by what it is shown as.
        var paths: [String: String] = [:]
    }

    private let base: any ManifestFiles
    private let state = Mutex(State())
    /// What standard input is called among paths.
    package static let standardInput = "-"

    package init(_ base: any ManifestFiles = DiskFiles()) { self.base = base }

    package func status(_ path: String) throws(FileProblem) -> FileStatus? { try base.status(path) }

    package func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] { try base.entries(directory) }

    package func canonical(_ path: String) -> String? { base.canonical(path) }

    package func link(_ path: String) -> String? { base.link(path) }

    package func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
        if let bytes = bytes(path) { return SourceFile(path: shownAs, bytes: bytes) }
        let file = try base.read(path, shownAs: shownAs, limit: limit)
        remember(file, path)
        return file
    }

    package func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile {
        if let bytes = bytes(Self.standardInput) { return SourceFile(path: "<stdin>", bytes: bytes) }
        let file = try base.readStandardInput(limit: limit)
        remember(file, Self.standardInput)
        return file
    }

    private func bytes(_ path: String) -> [UInt8]? { state.withLock { $0.edited[path] ?? $0.read[path] } }

    private func remember(_ file: SourceFile, _ path: String) {
        state.withLock {
            // A file that was read once stays what it was: all rounds of a run see the same.
            $0.read[path] = Array(file.bytes)
            $0.paths[file.path] = path
        }
    }

    /// The absolute path of a file that was read, or `-`.
    func path(shownAs: String) -> String? { state.withLock { $0.paths[shownAs] } }

    /// The files that were read, absolute, or `-`.
    package var readPaths: [String] { state.withLock { Array($0.read.keys) } }

    /// What was changed, by path.
    var edits: [String: [UInt8]] {
        get { state.withLock { $0.edited } }
        set { state.withLock { $0.edited = newValue } }
    }

    /// Takes the edits of a file back, so that it is what was read.
    package func revert(_ path: String) { state.withLock { $0.edited[path] = nil } }

    /// The files that differ from what was read, by path.
    func changed() -> [FixedFile] {
        state.withLock { state in
            let shown = Dictionary(state.paths.map { ($0.value, $0.key) }) { first, _ in first }
            return state.edited
                .compactMap { path, after in
                    guard let before = state.read[path], before != after, let shown = shown[path] else { return nil }
                    return FixedFile(path: path, shownAs: shown, before: before, after: after)
                }
                .sorted { $0.shownAs < $1.shownAs }
        }
    }
}

/// A file before and after its fixes.
package struct FixedFile: Sendable, Hashable {
    /// Absolute, or `-` for standard input.
    package var path: String
    package var shownAs: String
    package var before: [UInt8]
    package var after: [UInt8]

    package init(path: String, shownAs: String, before: [UInt8], after: [UInt8]) {
        self.path = path
        self.shownAs = shownAs
        self.before = before
        self.after = after
    }
}
