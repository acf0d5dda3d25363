import Glibc
import SourceDiagnostics

/// Files that are written together: all of them or none.
struct FileSet {
    /// The directory that they are written below; it is made if it is not there.
    var directory: String
    /// Paths below the directory, and texts.
    var files: [(path: String, text: String)]

    private static let ending = ".orchplan-new"

    /// The paths that are taken already.
    func taken() -> [String] {
        files.map(\.path)
            .filter { path in
                var info = stat()
                return lstat(full(path), &info) == 0
            }
    }

    /// Writes every file beside its place, and moves all into place once every byte is on disk.
    ///
    /// When a move fails, those that were moved are taken back: new files go, and replaced ones come back.
    func write() throws(CommandFailure) {
        var written: [String] = []
        var moved: [(path: String, old: String?)] = []
        do throws(CommandFailure) {
            for file in files {
                try makeFolders(file.path)
                written.append(full(file.path) + Self.ending)
                try Self.write(file.text, to: full(file.path) + Self.ending)
            }
            for file in files {
                let place = full(file.path)
                let old = place + ".orchplan-old"
                unlink(old)
                let hasOld = link(place, old) == 0
                if hasOld || errno != ENOENT {
                    moved.append((place, hasOld ? old : nil))
                } else {
                    moved.append((place, nil))
                }
                guard rename(place + Self.ending, place) == 0 else {
                    let reason = errno
                    if hasOld { unlink(old) }
                    moved.removeLast()
                    throw Self.failure(place, reason)
                }
            }
        } catch {
            for path in written { unlink(path) }
            for entry in moved {
                if let old = entry.old { rename(old, entry.path) } else { unlink(entry.path) }
            }
            throw error
        }
        for entry in moved { if let old = entry.old { unlink(old) } }
    }

    private func full(_ path: String) -> String { directory + "/" + path }

    private func makeFolders(_ path: String) throws(CommandFailure) {
        let whole = full(path)
        var built = whole.hasPrefix("/") ? "/" : ""
        for part in whole.split(separator: "/").dropLast() {
            built += part + "/"
            guard mkdir(built, 0o777) == 0 || errno == EEXIST else { throw Self.failure(built, errno) }
        }
    }

    private static func write(_ text: String, to path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw failure(path, errno)
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(path, errno) }
    }

    private static func failure(_ path: String, _ reason: Int32) -> CommandFailure {
        let shown = path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : path
        return CommandFailure(
            "cannot write \(Escaping.visible(shown)): \(String(cString: strerror(reason)))",
            help: "nothing was written"
        )
    }
}
