import Glibc

/// A file system of one mebibyte, for tests of what happens when it is full.
package struct SmallDisk: Sendable {
    /// Why there is no such disk, or none that is full.
    package struct Problem: Error, CustomStringConvertible {
        package var description: String
    }

    package let path: String

    /// Whether this machine lets the tests mount one.
    package static let isPossible: Bool = {
        var template = Array("/tmp/orchplan-disk-XXXXXX".utf8CString)
        guard geteuid() == 0, mkdtemp(&template) != nil else { return false }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(path) }
        guard let disk = try? SmallDisk(at: path) else { return false }
        disk.unmount()
        return true
    }()

    /// Mounts it at an empty directory.
    package init(at path: String) throws {
        self.path = path
        guard mount("tmpfs", path, "tmpfs", 0, "size=1m,mode=0700") == 0 else {
            throw Problem(description: "cannot mount: errno \(errno)")
        }
    }

    package func fill() throws {
        let descriptor = open("\(path)/ballast", O_CREAT | O_WRONLY | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw Problem(description: "cannot make the ballast: errno \(errno)") }
        defer { close(descriptor) }
        let piece = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<300 where write(descriptor, piece, piece.count) < piece.count { return }
        throw Problem(description: "the disk does not fill")
    }

    package func empty() { unlink("\(path)/ballast") }

    package func makeReadOnly(_ isReadOnly: Bool) throws {
        let flags = UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0)
        guard mount("tmpfs", path, "tmpfs", flags, "size=1m,mode=0700") == 0 else {
            throw Problem(description: "cannot remount: errno \(errno)")
        }
    }

    /// Takes it away, also where something is still open on it.
    package func unmount() {
        _ = umount2(path, Int32(MNT_DETACH))
    }
}
