import Glibc

/// Why a file was left as it is.
enum ReplacementError: Error, Sendable, Hashable {
    case changed
    case readOnly
    case linked
    case notRegular
    case failed(String)

    var text: String {
        switch self {
        case .changed: "it changed since it was read"
        case .readOnly: "it is read-only"
        case .linked: "it has another name by a hard link, which would keep the old text"
        case .notRegular: "it is no regular file"
        case .failed(let reason): reason
        }
    }

    var help: String? {
        switch self {
        case .changed: "run it again"
        case .readOnly: "make it writable, or leave it out"
        case .linked: "remove the other name"
        default: nil
        }
    }
}

/// Puts new bytes in the place of a file's, all at once: whoever reads it sees the old text or the new one.
///
/// The mode and the owner stay, and so does a symbolic link that leads to the file. A file that is not what was read, or
/// that may not be written, is left alone.
struct FileReplacement {
    let path: String
    let before: [UInt8]
    let after: [UInt8]

    func run() throws(ReplacementError) {
        guard let resolved = realpath(path, nil) else { throw Self.failure() }
        defer { free(resolved) }
        let target = String(cString: resolved)
        let info = try inspected(target)
        let slash = target.lastIndex(of: "/") ?? target.startIndex
        let name = target[target.index(after: slash)...]
        // Hidden, so that nobody takes it for a manifest if this process ends in the middle.
        let temporary = "\(target[..<slash])/\(Leftovers.name(of: name, process: getpid()))"
        do throws(ReplacementError) {
            try write(to: temporary, like: info)
            let now = try inspected(target)
            guard now.st_ino == info.st_ino, now.st_mtim.tv_sec == info.st_mtim.tv_sec,
                now.st_mtim.tv_nsec == info.st_mtim.tv_nsec
            else { throw .changed }
            guard rename(temporary, target) == 0 else { throw Self.failure() }
        } catch {
            unlink(temporary)
            throw error
        }
        sync(directory: String(target[..<slash]))
    }

    /// Facts about the file, which still holds what was read and may be written.
    private func inspected(_ target: String) throws(ReplacementError) -> stat {
        let descriptor = open(target, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.failure() }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw Self.failure() }
        guard info.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        // Root may write everything; a file that nobody may write is left alone all the same.
        guard info.st_mode & 0o222 != 0, access(target, W_OK) == 0 else { throw .readOnly }
        guard info.st_nlink < 2 else { throw .linked }
        guard Int(info.st_size) == before.count, try contents(descriptor, count: before.count) == before else {
            throw .changed
        }
        return info
    }

    private func contents(_ descriptor: Int32, count: Int) throws(ReplacementError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                read(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw Self.failure() }
            if got == 0 { return Array(bytes[..<filled]) }
            filled += got
        }
        return bytes
    }

    private func write(to temporary: String, like info: stat) throws(ReplacementError) {
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure() }
        defer { close(descriptor) }
        // Held as long as this process writes: nobody takes it for what one left that is gone.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
        var written = 0
        while written < after.count {
            let count = after.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, after.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure() }
            written += count
        }
        if info.st_uid != geteuid() || info.st_gid != getegid() {
            guard fchown(descriptor, info.st_uid, info.st_gid) == 0 else { throw Self.failure() }
        }
        // Changing the owner may clear bits of the mode, so this comes after it.
        guard fchmod(descriptor, info.st_mode & 0o7777) == 0, fsync(descriptor) == 0 else { throw Self.failure() }
    }

    /// Makes the new name last; the bytes themselves have arrived, so a failure changes nothing.
    private func sync(directory: String) {
        let descriptor = open(directory.isEmpty ? "/" : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }

    private static func failure() -> ReplacementError { .failed(String(cString: strerror(errno))) }
}
