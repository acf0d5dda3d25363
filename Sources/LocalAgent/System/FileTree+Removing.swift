import Glibc

extension FileTree {
    /// Removes a file, or a directory with all it holds; what is not there is no error.
    ///
    /// What it holds may have been made to be in the way: directories deeper than a path can name are brought up and
    /// removed in their turn, and no link is followed. A removal that was cut short is gone on with by the next.
    package static func remove(_ path: String) throws(SystemError) {
        var info = stat()
        guard lstat(path, &info) == 0 else {
            if errno == ENOENT { return }
            throw .last("remove \(path)")
        }
        guard info.st_mode & S_IFMT == S_IFDIR else {
            guard Glibc.unlink(path) == 0 || errno == ENOENT else { throw .last("remove \(path)") }
            return
        }
        let top = try open(path, in: AT_FDCWD, shownAs: path)
        var lifted = 0
        while true {
            let names = try names(in: top, shownAs: path)
            if names.isEmpty { break }
            for name in names { try remove(name, from: top, shownAs: path, &lifted) }
        }
        guard rmdir(path) == 0 || errno == ENOENT else { throw .last("remove \(path)") }
    }

    /// Removes an entry; directories in it that hold something are put beside it instead.
    private static func remove(
        _ name: String,
        from top: Descriptor,
        shownAs path: String,
        _ lifted: inout Int
    ) throws(SystemError) {
        if unlink(name, in: top) { return }
        let shown = "\(path)/\(name)"
        let folder = try open(name, in: top.number, shownAs: shown)
        for entry in try names(in: folder, shownAs: shown) where !unlink(entry, in: folder) {
            // A directory gets another parent, and so has to be one that may be written to.
            _ = try open(entry, in: folder.number, shownAs: "\(shown)/\(entry)")
            repeat { lifted += 1 } while try !lift(entry, from: folder, to: top, number: lifted, shown)
        }
        guard unlink(name, in: top) else { throw .last("remove \(shown)") }
    }

    /// Whether the directory now stands in `top` under a number; not where something else does.
    private static func lift(
        _ entry: String,
        from folder: Descriptor,
        to top: Descriptor,
        number: Int,
        _ shown: String
    ) throws(SystemError) -> Bool {
        if renameat(folder.number, entry, top.number, ".removing-\(number)") == 0 { return true }
        guard [EEXIST, ENOTEMPTY, ENOTDIR].contains(errno) else { throw .last("remove \(shown)/\(entry)") }
        return false
    }

    /// Whether a file or an empty directory is gone.
    private static func unlink(_ name: String, in folder: Descriptor) -> Bool {
        if unlinkat(folder.number, name, 0) == 0 || errno == ENOENT { return true }
        guard errno == EISDIR || errno == EPERM else { return false }
        return unlinkat(folder.number, name, AT_REMOVEDIR) == 0 || errno == ENOENT
    }

    /// Opens a directory, itself and not where a link leads; one that its owner closed to himself still is his.
    private static func open(_ name: String, in folder: Int32, shownAs shown: String) throws(SystemError) -> Descriptor
    {
        let flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        var number = openat(folder, name, O_RDONLY | flags)
        if number < 0, errno == EACCES {
            _ = fchmodat(folder, name, 0o700, AT_SYMLINK_NOFOLLOW)
            number = openat(folder, name, O_RDONLY | flags)
        }
        guard number >= 0 else { throw .last("remove \(shown)") }
        let opened = Descriptor(owning: number)
        var info = stat()
        if fstat(number, &info) == 0, info.st_mode & 0o700 != 0o700 { fchmod(number, 0o700) }
        return opened
    }

    private static func names(in folder: Descriptor, shownAs shown: String) throws(SystemError) -> [String] {
        let number = openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .last("remove \(shown)") }
        guard let directory = fdopendir(number) else {
            close(number)
            throw .last("remove \(shown)")
        }
        defer { closedir(directory) }
        return names(directory)
    }
}
