import Manifests
import SourceDiagnostics

/// The files of a disk, with the texts of open documents in place of what the disk holds.
struct BufferFiles: ManifestFiles {
    let disk: any ManifestFiles
    /// By absolute path.
    let buffers: [String: SourceFile]

    func status(_ path: String) throws(FileProblem) -> FileStatus? {
        let found = try disk.status(path)
        guard let buffer = buffers[path], found == nil || found?.kind == .regular else { return found }
        var status =
            found
            ?? FileStatus(
                kind: .regular,
                size: 0,
                mode: 0o600,
                // Of no device, and told apart from other new documents.
                identity: FileIdentity(device: .max, inode: UInt64(bitPattern: Int64(path.hashValue)))
            )
        status.size = buffer.count
        return status
    }

    func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] {
        var entries = try disk.entries(directory)
        let known = Set(entries.map(\.name))
        for path in buffers.keys where FilePath.parent(path) == directory && !known.contains(FilePath.name(path)) {
            entries.append(DirectoryEntry(name: FilePath.name(path), kind: .regular))
        }
        return entries
    }

    func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
        guard let buffer = buffers[path] else { return try disk.read(path, shownAs: shownAs, limit: limit) }
        guard buffer.count <= limit else { throw .tooLarge(limit) }
        return SourceFile(path: shownAs, bytes: buffer.bytes)
    }

    /// Standard input is the client's.
    func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile { throw .missing }

    func link(_ path: String) -> String? { disk.link(path) }

    func canonical(_ path: String) -> String? { disk.canonical(path) ?? (buffers[path] == nil ? nil : path) }
}
