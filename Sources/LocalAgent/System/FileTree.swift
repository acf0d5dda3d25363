import CSystemCalls
import Glibc

/// Directories: made, listed and removed without following symbolic links.
package enum FileTree {
    /// Makes a directory and those above it.
    ///
    /// - Parameter isDurable: Whether their names are to outlast a loss of power when this returns; of those that are
    ///   there already only the last one's does, for whoever made it may have been killed before its sync.
    package static func makeDirectory(
        _ path: String,
        mode: mode_t = 0o700,
        isDurable: Bool = false
    ) throws(SystemError) {
        var made = mkdir(path, mode) == 0
        if !made, errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeDirectory(String(path[..<slash]), mode: mode, isDurable: isDurable)
            made = mkdir(path, mode) == 0
        }
        guard made || errno == EEXIST else { throw .last("make directory \(path)") }
        if isDurable { try DurableFile.syncDirectory(of: path) }
    }

    /// Makes a directory below another one, and those between them; symbolic links may not lead out of that one.
    ///
    /// - Returns: The directory, opened as a place only (`O_PATH`).
    package static func makeDirectory(
        _ path: String,
        beneath root: String,
        mode: mode_t
    ) throws(SystemError) -> Descriptor {
        var made = try open("", beneath: root)
        var done = ""
        for name in path.split(separator: "/") {
            done += (done.isEmpty ? "" : "/") + name
            guard mkdirat(made.number, String(name), mode) == 0 || errno == EEXIST else {
                throw .last("make directory \(root)/\(done)")
            }
            made = try open(done, beneath: root)
        }
        return made
    }

    private static func open(_ path: String, beneath root: String) throws(SystemError) -> Descriptor {
        let number = orchplan_open_beneath(root, path)
        guard number >= 0 else { throw .last("open \(root)/\(path)") }
        let opened = Descriptor(owning: number)
        var info = stat()
        guard fstat(number, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
            throw SystemError(ENOTDIR, "open \(root)/\(path)")
        }
        return opened
    }

    /// Whether something is at a path, itself and not where a link leads.
    package static func exists(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0
    }

    /// The names in a directory, in byte order; empty when it cannot be read.
    package static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        return names(directory)
    }

    static func names(_ directory: OpaquePointer) -> [String] {
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
