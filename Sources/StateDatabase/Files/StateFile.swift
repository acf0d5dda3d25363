import Glibc
import StateStores

/// The place of a state database: its directory, its permissions, the file system under it.
struct StateFile {
    let path: String

    /// The directory that the file lies in.
    var directory: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Whether anything is there, as far as can be told: a dangling symbolic link counts, and so does what lies in a
    /// folder that this user may not look into.
    var exists: Bool {
        var status = stat()
        return lstat(path, &status) == 0 || errno != ENOENT && errno != ENOTDIR
    }

    // MARK: - Checks

    /// Throws when a state must not live here; tightens the permissions of what is ours.
    ///
    /// The directory `.orchplan` is ours and becomes 0700. Any other directory belongs to the user and is only refused
    /// where everybody could replace the file. The database and its companions become 0600.
    func check() throws(StateStoreError) {
        try checkDirectory()
        try checkFileSystem()
        for file in [path, path + "-wal", path + "-shm", path + "-journal"] { try checkFile(file) }
    }

    /// A link from `.orchplan` on would lead out of the project: a checkout could name another project's state.
    private func checkLinks() throws(StateStoreError) {
        var place = directory.hasPrefix("/") ? "/" : ""
        var isOurs = false
        for component in directory.split(separator: "/") {
            place += place.isEmpty || place.hasSuffix("/") ? String(component) : "/\(component)"
            isOurs = isOurs || component == ".orchplan"
            if isOurs, let status = Self.status(place), status.st_mode & S_IFMT == S_IFLNK {
                throw unsuitable("\(place) is a symbolic link: put a folder in its place")
            }
        }
    }

    /// Whoever may write to the folder that holds `.orchplan` can put another in its place.
    private func checkProject() throws(StateStoreError) {
        let parts = directory.split(separator: "/")
        guard let own = parts.firstIndex(of: ".orchplan") else { return }
        let above = parts[..<own].joined(separator: "/")
        let project = directory.hasPrefix("/") ? "/" + above : above.isEmpty ? "." : above
        guard let status = Self.status(project, following: true) else { return }
        guard status.st_mode & 0o002 == 0 || status.st_mode & S_ISVTX != 0 else {
            throw unsuitable(
                "everybody may write to \(project), and so put another .orchplan in its place: chmod o-w \(project)"
            )
        }
    }

    private func checkDirectory() throws(StateStoreError) {
        try checkLinks()
        try checkProject()
        guard let status = Self.status(directory, following: true) else { throw io("cannot look at \(directory)") }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw unsuitable("\(directory) is not a directory") }
        // With the rights that opening files will have, not with those of whoever started a program of another user.
        guard faccessat(AT_FDCWD, directory, X_OK, AT_EACCESS) == 0 || errno != EACCES else {
            throw unsuitable("\(directory) belongs to the user with id \(status.st_uid): run orchplan as that user")
        }
        try checkAgents()
        let isOurs = (directory.split(separator: "/").last ?? "") == ".orchplan"
        if isOurs, status.st_mode & 0o077 != 0, status.st_uid == geteuid() {
            guard chmod(directory, 0o700) == 0 else { throw io("cannot make \(directory) private") }
        } else if status.st_mode & 0o002 != 0, status.st_mode & S_ISVTX == 0 {
            throw unsuitable("everybody may write to \(directory): make it private with chmod 700")
        }
    }

    /// Instances are shown what an agent keeps for them, and it removes what it knows nothing of.
    private func checkAgents() throws(StateStoreError) {
        guard let resolved = realpath(directory, nil) else { throw io("cannot look at \(directory)") }
        defer { free(resolved) }
        let parts = String(cString: resolved).split(separator: "/")
        guard let own = parts.lastIndex(of: ".orchplan") else { return }
        let below = Array(parts[(own + 1)...])
        guard below.first == "local" || below.count > 2 && below[0] == "environments" && below[2] == "local" else {
            return
        }
        throw unsuitable("\(directory) is the agent's own folder, of which it shows parts to instances")
    }

    private func checkFile(_ file: String) throws(StateStoreError) {
        guard let status = Self.status(file) else { return }
        guard status.st_mode & S_IFMT == S_IFREG else { throw unsuitable("\(file) is not a regular file") }
        guard status.st_uid == geteuid() || geteuid() == 0 else {
            throw unsuitable("\(file) belongs to the user with id \(status.st_uid): run orchplan as that user")
        }
        if status.st_mode & 0o177 != 0 {
            guard chmod(file, 0o600) == 0 else { throw io("cannot make \(file) private") }
        }
    }

    private func checkFileSystem() throws(StateStoreError) {
        guard let resolved = realpath(directory, nil) else { throw io("cannot look at \(directory)") }
        defer { free(resolved) }
        guard let mounts = SmallFile.read("/proc/self/mountinfo"),
            let type = MountTable(parsing: mounts).type(of: String(cString: resolved)), MountTable.isShared(type)
        else { return }
        throw unsuitable("a file system of type \(type) is shared between hosts: keep the state on a local disk")
    }

    // MARK: - Making

    /// Makes the directory, 0700, with the parents that are missing.
    func makeDirectory() throws(StateStoreError) {
        var made = directory.hasPrefix("/") ? "/" : ""
        var isOurs = false
        for component in directory.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(component) : "/\(component)"
            isOurs = isOurs || component == ".orchplan"
            let isMade = mkdir(made, 0o700) == 0
            if !isMade, errno != EEXIST, Self.status(made, following: true) == nil {
                throw io("cannot make the directory \(made)")
            }
            // What is synced in it would be lost with its name; who made it may have been killed before this.
            if isMade || isOurs { try StateFile(path: made).syncDirectory() }
        }
    }

    /// Makes an empty file, 0600, that nobody else had; SQLite gives its companions the same mode.
    func makeEmpty() throws(StateStoreError) {
        let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw io("cannot make the file") }
        Glibc.close(descriptor)
    }

    /// Makes what the file holds durable.
    func sync() throws(StateStoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw io("cannot open the file") }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw io("cannot sync the file") }
    }

    /// Makes a rename or a new name in the directory durable.
    func syncDirectory() throws(StateStoreError) {
        let descriptor = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw io("cannot open \(directory)") }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw io("cannot sync \(directory)") }
    }

    /// Removes the file and what SQLite keeps beside it.
    func remove() {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }

    var size: Int { Self.status(path).map { Int($0.st_size) } ?? 0 }

    func io(_ what: String) -> StateStoreError {
        .io(path: path, detail: "\(what): \(String(cString: strerror(errno)))")
    }

    private func unsuitable(_ detail: String) -> StateStoreError { .unsuitable(path: path, detail: detail) }

    static func status(_ path: String, following: Bool = false) -> stat? {
        var status = stat()
        return (following ? stat(path, &status) : lstat(path, &status)) == 0 ? status : nil
    }
}
