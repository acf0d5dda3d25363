import Glibc

/// Small files that are either there in full or not at all.
package enum DurableFile {
    /// Writes a file beside its place, forces it to the disk and renames it over.
    package static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(SystemError) {
        let temporary = "\(path).\(getpid()).new"
        do throws(SystemError) {
            let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
            let written = bytes.withUnsafeBytes { buffer in
                Result { () throws(SystemError) in try file.writeAll(buffer, "write \(path)") }
            }
            try written.get()
            guard fchmod(file.number, mode) == 0, fsync(file.number) == 0 else { throw .last("write \(path)") }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let error = SystemError.last("rename \(temporary)")
            unlink(temporary)
            throw error
        }
        try syncDirectory(of: path)
    }

    /// The process that had begun to write a file of this name; nil: it is no unfinished one.
    package static func writer(of name: String) -> pid_t? {
        let parts = name.split(separator: ".")
        guard parts.count > 2, parts.last == "new" else { return nil }
        return pid_t(parts[parts.count - 2]).flatMap { $0 > 0 ? $0 : nil }
    }

    /// Removes a file for good; one that is not there is no error.
    package static func remove(_ path: String) throws(SystemError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .last("remove \(path)") }
        try syncDirectory(of: path)
    }

    /// The whole file; nil when there is none.
    package static func read(_ path: String) throws(SystemError) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .last("open \(path)")
        }
        let file = Descriptor(owning: number)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(file.number, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes.append(contentsOf: chunk[..<count])
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw .last("read \(path)")
            }
        }
    }

    /// Makes the name of a file or a directory durable: what is synced alone may be lost with its name.
    package static func syncDirectory(of path: String) throws(SystemError) {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try syncDirectory(parent.isEmpty ? "/" : parent)
    }

    /// Makes the names in a directory durable.
    package static func syncDirectory(_ path: String) throws(SystemError) {
        let directory = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
        // Some file systems have nothing to sync in a directory.
        guard fsync(directory.number) == 0 || errno == EINVAL else { throw .last("sync \(path)") }
    }
}
