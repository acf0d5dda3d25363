import Glibc
import SourceDiagnostics

/// The files of this machine.
package struct DiskFiles: ManifestFiles {
    package init() {}

    package func status(_ path: String) throws(FileProblem) -> FileStatus? {
        var info = stat()
        guard stat(path, &info) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Self.problem()
        }
        return Self.status(info)
    }

    package func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] {
        guard let stream = opendir(directory) else { throw Self.problem() }
        defer { closedir(stream) }
        var entries: [DirectoryEntry] = []
        errno = 0
        while let entry = readdir(stream) {
            let type = entry.pointee.d_type
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let kind: DirectoryEntry.Kind =
                type == UInt8(DT_REG) ? .regular : type == UInt8(DT_DIR) ? .directory : .other
            entries.append(DirectoryEntry(name: name, kind: kind))
            errno = 0
        }
        if errno != 0 { throw Self.problem() }
        return entries
    }

    package func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
        // O_NONBLOCK: opening a pipe that nobody writes to must not wait.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.problem() }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw Self.problem() }
        guard info.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        let size = Int(info.st_size)
        guard size <= limit else { throw .tooLarge(limit) }
        do {
            return try SourceFile(path: shownAs, capacity: size) { buffer in
                try Self.fill(buffer, from: descriptor)
            }
        } catch let problem as FileProblem {
            throw problem
        } catch {
            throw .failed("\(error)")
        }
    }

    package func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(0, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.problem()
            }
            if count == 0 { return SourceFile(path: "<stdin>", bytes: bytes) }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw .tooLarge(limit) }
        }
    }

    package func canonical(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    package func link(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink(path, $0.assumingMemoryBound(to: CChar.self), bytes.count) } ?? -1
        }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) throws(FileProblem) -> Int
    {
        var filled = 0
        while filled < buffer.count, let base = buffer.baseAddress {
            let count = Glibc.read(descriptor, base + filled, buffer.count - filled)
            if count < 0 {
                if errno == EINTR { continue }
                throw problem()
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    private static func status(_ info: stat) -> FileStatus {
        let kind: FileStatus.Kind =
            switch info.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            default: .special
            }
        return FileStatus(
            kind: kind,
            size: Int(info.st_size),
            mode: UInt16(info.st_mode & 0o7777),
            identity: FileIdentity(device: UInt64(info.st_dev), inode: UInt64(info.st_ino)),
            links: Int(info.st_nlink)
        )
    }

    private static func problem() -> FileProblem {
        switch errno {
        case ENOENT, ENOTDIR: .missing
        case EACCES, EPERM: .notPermitted
        default: .failed(String(cString: strerror(errno)))
        }
    }
}
