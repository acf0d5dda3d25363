import Glibc

/// What is left of a sandbox whose shim was killed while it was made.
///
/// The sandbox program dies with its shim, and its first process with the sandbox program. But a first process that has
/// not asked for that yet when the other one goes lives on, and waits for it for ever. It is found by a variable that
/// the sandbox program has from its shim; commands do not have it.
enum SandboxRemains {
    private static let name = "ORCHPLAN_SANDBOX_OF"

    /// The variable, for the sandbox program of an instance.
    static func mark(_ directory: String) -> String { "\(name)=\(directory)" }

    /// Ends the remains in the wanted instances' directories and returns once none is left.
    static func end(_ watcher: DescriptorWatcher, where isWanted: (String) -> Bool) async {
        // Once more after the last: whoever is killed may have been about to fork.
        for _ in 0..<10 {
            let found = running(where: isWanted)
            if found.isEmpty { return }
            for handle in found { handle.signal(SIGKILL) }
            for handle in found { _ = await watcher.wait(handle.descriptor, timeout: .seconds(5)) }
        }
    }

    private static func running(where isWanted: (String) -> Bool) -> [ProcessHandle] {
        FileTree.names(in: "/proc")
            .compactMap { entry in
                // Held before it is looked at, and alive afterwards: what was read is its own.
                guard let pid = Int(entry), let handle = ProcessIdentity.of(pid).flatMap(ProcessHandle.open),
                    let directory = directory(of: pid), isWanted(directory), !handle.hasEnded
                else { return nil }
                return handle
            }
    }

    /// The instance's directory that a process was given; nil for one that was given none.
    private static func directory(of pid: Int) -> String? {
        let bytes = (try? DurableFile.read("/proc/\(pid)/environ")).flatMap { $0 } ?? []
        let start = Array("\(name)=".utf8)
        return bytes.split(separator: 0).first { $0.starts(with: start) }
            .map { String(decoding: $0.dropFirst(start.count), as: UTF8.self) }
    }
}
