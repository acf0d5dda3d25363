import Glibc
import StateStores

extension StateFile {
    /// A file beside this one that nothing else uses: what will take a place, while it is made.
    ///
    /// Its name tells the process that makes it, and where that process's number counts.
    func draft(_ word: String) -> StateFile {
        let identity = ProcessIdentity.current()
        return StateFile(
            path: "\(path).\(word)-\(Self.numbers(identity))-\(identity.pid)-\(Lineage.random().prefix(12))"
        )
    }

    /// Removes drafts whose makers were killed; those of living processes and of other containers stay.
    func removeDeadDrafts() {
        guard let handle = opendir(directory) else { return }
        defer { closedir(handle) }
        let own = path.split(separator: "/").last.map { "\($0)." } ?? ""
        let numbers = Self.numbers(.current())
        var names: [String] = []
        while let entry = readdir(handle) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
            )
        }
        for name in names where name.hasPrefix(own) {
            let parts = name.dropFirst(own.count).split(separator: "-")
            guard parts.count >= 4, ["new", "restoring"].contains(parts[0]), String(parts[1]) == numbers,
                let pid = pid_t(parts[2]), pid > 0, !Self.runs(pid)
            else { continue }
            unlink("\(directory)/\(name)")
        }
    }

    private static func runs(_ pid: pid_t) -> Bool {
        guard kill(pid, 0) == 0 || errno != ESRCH else { return false }
        return ProcessStatus(of: Int(pid)).map { !$0.hasEnded } ?? true
    }

    /// The namespace of process numbers, as digits; 0: the kernel does not say.
    private static func numbers(_ identity: ProcessIdentity) -> String {
        identity.bootID.split(separator: "/").last.map(String.init).flatMap { UInt($0) }.map(String.init) ?? "0"
    }
}
