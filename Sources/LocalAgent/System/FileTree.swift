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

    /// Whether something is at a path, itself and not where a link leads.
    package static func exists(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0
    }

    /// The names in a directory, in byte order; empty when it cannot be read.
    package static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Removes a file, or a directory with all it holds; what is not there is no error.
    package static func remove(_ path: String) throws(SystemError) {
        var info = stat()
        guard lstat(path, &info) == 0 else {
            if errno == ENOENT { return }
            throw .last("remove \(path)")
        }
        if info.st_mode & S_IFMT == S_IFDIR {
            // A directory that its owner made unwritable still is its owner's.
            if info.st_mode & 0o700 != 0o700 { chmod(path, 0o700) }
            for name in names(in: path) { try remove("\(path)/\(name)") }
            guard rmdir(path) == 0 || errno == ENOENT else { throw .last("remove \(path)") }
        } else {
            guard unlink(path) == 0 || errno == ENOENT else { throw .last("remove \(path)") }
        }
    }
}
