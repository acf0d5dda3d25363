import Glibc
import SourceDiagnostics

/// Files that are written together: all of them or none.
///
/// Nothing is written outside of the directory: a link that leads out of it is not followed, and one in the place of a
/// file is not replaced.
struct FileSet {
    /// The directory that they are written below; it is made if it is not there.
    var directory: String
    /// Paths below the directory, and texts.
    var files: [(path: String, text: String)]

    private static let ending = ".orchplan-new"
    private static let oldEnding = ".orchplan-old"

    /// The paths that are taken already.
    func taken() -> [String] {
        files.map(\.path)
            .filter { path in
                var info = stat()
                return lstat(directory + "/" + path, &info) == 0
            }
    }

    /// Writes every file beside its place, and moves all into place once every byte is on disk.
    ///
    /// When a move fails, those that were moved are taken back: new files go, and replaced ones come back.
    func write() throws(CommandFailure) {
        var folders = OpenFolders(directory)
        defer { folders.close() }
        var places: [Place] = []
        for file in files {
            let place = Place(try folders.parent(of: file.path), file.path)
            try place.check()
            places.append(place)
        }
        var written: [Place] = []
        var moved: [(place: Place, hasOld: Bool)] = []
        do throws(CommandFailure) {
            for (place, file) in zip(places, files) {
                written.append(place)
                try place.write(file.text, Self.ending)
            }
            for place in places {
                let old = place.name + Self.oldEnding
                unlinkat(place.folder, old, 0)
                let hasOld = linkat(place.folder, place.name, place.folder, old, 0) == 0
                guard renameat(place.folder, place.name + Self.ending, place.folder, place.name) == 0 else {
                    let reason = errno
                    if hasOld { unlinkat(place.folder, old, 0) }
                    throw place.failure(reason)
                }
                moved.append((place, hasOld))
            }
        } catch {
            for place in written { unlinkat(place.folder, place.name + Self.ending, 0) }
            for (place, hasOld) in moved {
                if hasOld {
                    renameat(place.folder, place.name + Self.oldEnding, place.folder, place.name)
                } else {
                    unlinkat(place.folder, place.name, 0)
                }
            }
            throw error
        }
        for (place, hasOld) in moved where hasOld { unlinkat(place.folder, place.name + Self.oldEnding, 0) }
    }

    /// A name in a folder that is held open, so that nobody can put another one in its place.
    private struct Place {
        let folder: Int32
        let name: String
        let shown: String

        init(_ folder: Int32, _ path: String) {
            self.folder = folder
            name = path.split(separator: "/").last.map(String.init) ?? path
            shown = path
        }

        /// Refuses what is no file of its own.
        func check() throws(CommandFailure) {
            var info = stat()
            guard fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { return }
            switch info.st_mode & S_IFMT {
            case S_IFREG: break
            case S_IFLNK:
                throw CommandFailure(
                    "\(Escaping.visible(shown)) is a link, and links are not replaced",
                    help: "nothing was written; remove the link, or write elsewhere with --output DIR"
                )
            default:
                throw CommandFailure(
                    "\(Escaping.visible(shown)) is there already, and is no file",
                    help: "nothing was written; remove it, or write elsewhere with --output DIR"
                )
            }
        }

        func write(_ text: String, _ ending: String) throws(CommandFailure) {
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            var descriptor = openat(folder, name + ending, flags, 0o666)
            // Left behind by a run that was killed; whatever it is, it is not written through.
            if descriptor < 0, errno == EEXIST, unlinkat(folder, name + ending, 0) == 0 {
                descriptor = openat(folder, name + ending, flags, 0o666)
            }
            guard descriptor >= 0 else { throw failure(errno) }
            defer { close(descriptor) }
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else {
                    if errno == EINTR { continue }
                    throw failure(errno)
                }
                rest = rest.dropFirst(count)
            }
            guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(errno) }
        }

        func failure(_ reason: Int32) -> CommandFailure { .unwritten(shown, reason) }
    }
}

/// The folders of a set of files, each opened once, and none of them outside of the first.
private struct OpenFolders {
    private let root: String
    private var descriptors: [String: Int32] = [:]

    init(_ root: String) { self.root = root }

    func close() { for descriptor in descriptors.values { Glibc.close(descriptor) } }

    /// The folder that a path below the root lies in; it is made if it is not there.
    mutating func parent(of path: String) throws(CommandFailure) -> Int32 {
        var folder = try top()
        var built = ""
        for part in path.split(separator: "/").dropLast() {
            built += (built.isEmpty ? "" : "/") + part
            if let known = descriptors[built] {
                folder = known
                continue
            }
            guard mkdirat(folder, String(part), 0o777) == 0 || errno == EEXIST else { throw .unwritten(built, errno) }
            folder = try open(folder, String(part), built)
            descriptors[built] = folder
        }
        return folder
    }

    private mutating func top() throws(CommandFailure) -> Int32 {
        if let known = descriptors[""] { return known }
        var built = root.hasPrefix("/") ? "/" : ""
        for part in root.split(separator: "/") {
            built += part + "/"
            guard mkdir(built, 0o777) == 0 || errno == EEXIST else { throw .unwritten(built, errno) }
        }
        let descriptor = Glibc.open(root.isEmpty ? "." : root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritten(root, errno) }
        descriptors[""] = descriptor
        return descriptor
    }

    /// Opens a folder in another one; a link is followed where it stays below the root.
    private func open(_ folder: Int32, _ name: String, _ shown: String) throws(CommandFailure) -> Int32 {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let descriptor = openat(folder, name, flags)
        if descriptor >= 0 { return descriptor }
        let reason = errno
        var info = stat()
        guard fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0, info.st_mode & S_IFMT == S_IFLNK else {
            throw .unwritten(shown, reason)
        }
        let help = "nothing was written; remove the link, or write elsewhere with --output DIR"
        guard let target = Self.canonical(root + "/" + shown), let top = Self.canonical(root) else {
            throw CommandFailure("\(Escaping.visible(shown)) is a link that leads nowhere", help: help)
        }
        guard target == top || target.hasPrefix(top == "/" ? top : top + "/") else {
            throw CommandFailure(
                "\(Escaping.visible(shown)) is a link that leads out of the project, to \(Escaping.visible(target))",
                help: help
            )
        }
        let followed = Glibc.open(target, flags)
        guard followed >= 0 else { throw .unwritten(shown, errno) }
        return followed
    }

    private static func canonical(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}

extension CommandFailure {
    fileprivate static func unwritten(_ path: String, _ reason: Int32) -> CommandFailure {
        CommandFailure(
            "cannot write \(Escaping.visible(path)): \(String(cString: strerror(reason)))",
            help: "nothing was written"
        )
    }
}
