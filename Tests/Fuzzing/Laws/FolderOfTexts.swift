import Manifests
import SourceDiagnostics

/// A file system of one folder with a few texts; nothing else can be read.
struct FolderOfTexts: ManifestFiles {
    /// By absolute path.
    let texts: [String: [UInt8]]

    static let folder = "/p"

    /// One file, by its name.
    init(_ name: String, _ text: [UInt8]) { texts = ["\(Self.folder)/\(name)": text] }

    init(_ texts: [String: [UInt8]]) { self.texts = texts }

    func status(_ path: String) throws(FileProblem) -> FileStatus? {
        if path == Self.folder {
            let identity = FileIdentity(device: 1, inode: 1)
            return FileStatus(kind: .directory, size: 0, mode: 0o700, identity: identity)
        }
        guard let text = texts[path], let index = texts.keys.sorted().firstIndex(of: path) else { return nil }
        let identity = FileIdentity(device: 1, inode: UInt64(index + 2))
        return FileStatus(kind: .regular, size: text.count, mode: 0o600, identity: identity)
    }

    func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] {
        guard directory == Self.folder else { throw .missing }
        return texts.keys.sorted().map { DirectoryEntry(name: String($0.dropFirst(3)), kind: .regular) }
    }

    func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
        guard let text = texts[path] else { throw .missing }
        guard text.count <= limit else { throw .tooLarge(limit) }
        return SourceFile(path: shownAs, bytes: text)
    }

    func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile { throw .missing }

    func canonical(_ path: String) -> String? { path }
}
