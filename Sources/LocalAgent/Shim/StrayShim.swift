import Glibc

/// A shim of this project that runs now, found by the lock that it holds and not by any record.
struct StrayShim: Sendable {
    /// The name of the instance's directory.
    let instance: String
    let shim: ProcessHandle
    /// The sandbox program and what it has started, as long as they are the shim's descendants.
    let sandboxes: [ProcessHandle]

    /// Every shim whose lock lies below the project's instances.
    ///
    /// The process is held before its files are read and still alive afterwards, so they are its own: its id cannot
    /// have gone to another in between.
    static func running(below directory: AgentDirectory) -> [StrayShim] {
        FileTree.names(in: "/proc")
            .compactMap { name in
                guard let pid = Int(name), isShim(pid), let shim = ProcessIdentity.of(pid).flatMap(ProcessHandle.open),
                    let instance = instance(of: pid, below: "\(directory.root)/instances/"), !shim.hasEnded
                else { return nil }
                return StrayShim(instance: instance, shim: shim, sandboxes: descendants(of: pid, depth: 2))
            }
    }

    private static func isShim(_ pid: Int) -> Bool {
        let bytes = (try? DurableFile.read("/proc/\(pid)/cmdline")).flatMap { $0 } ?? []
        let arguments = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        return arguments.count > 1 && arguments[1].elementsEqual(InstanceShim.mode.utf8)
    }

    /// The instance whose lock a process has open; also one whose directory was renamed or removed meanwhile.
    private static func instance(of pid: Int, below prefix: String) -> String? {
        guard let lock = lock(of: pid, below: prefix) else { return nil }
        return String(lock.dropFirst(prefix.count).dropLast("/lock".count))
    }

    /// The path of the lock that a shim has open, as it is now: of an instance below a folder, or anywhere.
    static func lock(of pid: Int, below prefix: String = "/") -> String? {
        for number in FileTree.names(in: "/proc/\(pid)/fd") {
            guard case .link(var target) = Host().entry(at: "/proc/\(pid)/fd/\(number)") else { continue }
            if target.hasSuffix(" (deleted)") { target.removeLast(" (deleted)".count) }
            guard target.hasPrefix(prefix), target.hasSuffix("/lock") else { continue }
            let name = target.dropFirst(prefix.count).dropLast("/lock".count)
            if !name.isEmpty, prefix == "/" || !name.contains("/") { return target }
        }
        return nil
    }

    private static func descendants(of pid: Int, depth: Int) -> [ProcessHandle] {
        guard depth > 0 else { return [] }
        return ProcessStatus.children(of: pid)
            .flatMap { child in
                // The deeper ones first: the first process of a sandbox takes all that is in it along.
                descendants(of: child, depth: depth - 1)
                    + [ProcessIdentity.of(child).flatMap(ProcessHandle.open)].compactMap { $0 }
            }
    }
}
