import Glibc
import Manifests

/// Files that were to take the place of others when the process that wrote them was killed.
enum Leftovers {
    /// What a file is called while it is written; hidden, so that nobody takes it for a manifest.
    static func name(of file: some StringProtocol, process: pid_t) -> String { ".\(file).\(process).tmp" }

    /// Removes what processes that are gone left beside some files.
    ///
    /// What is not certain stays: another name, another owner, something that is no plain file, a process that is there,
    /// or one that still holds the file open for writing, which one in another container may without being seen here.
    ///
    /// - Parameter files: Absolute, or `-`.
    static func clear(beside files: some Sequence<String>) {
        var names: [String: Set<String>] = [:]
        for file in files where file != "-" {
            guard let real = DiskFiles().canonical(file) else { continue }
            names[PathRules.parent(real), default: []].insert(String(PathRules.name(real)))
        }
        for (folder, names) in names {
            for entry in (try? DiskFiles().entries(folder)) ?? [] where isLeft(entry.name, of: names) {
                remove(PathRules.joined(folder, entry.name))
            }
        }
    }

    /// Whether a name has the form of a file that is written, whoever writes it.
    static func hasForm(_ name: some StringProtocol) -> Bool { parts(name) != nil }

    /// Whether a name is one of a file that a process which is gone wrote in the place of one of some files.
    private static func isLeft(_ name: String, of files: Set<String>) -> Bool {
        guard let (file, process) = parts(name), files.contains(file) else { return false }
        return kill(process, 0) != 0 && errno == ESRCH
    }

    private static func parts(_ name: some StringProtocol) -> (file: String, process: pid_t)? {
        guard name.hasPrefix("."), name.hasSuffix(".tmp") else { return nil }
        let middle = name.dropFirst().dropLast(".tmp".count)
        guard let dot = middle.lastIndex(of: "."), dot > middle.startIndex else { return nil }
        let digits = middle[middle.index(after: dot)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let process = pid_t(digits), process > 0 else {
            return nil
        }
        return (String(middle[..<dot]), process)
    }

    private static func remove(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_uid == geteuid(),
            info.st_nlink == 1, flock(descriptor, LOCK_EX | LOCK_NB) == 0
        else { return }
        unlink(path)
    }
}
