import Foundation
import Synchronization

/// A program that a test started, in a process group of its own.
///
/// Foundation's own crashes when several threads start programs at once.
final class ChildProcess: Sendable {
    let pid: Int32
    private let status = Mutex<Int32?>(nil)

    /// - Parameters:
    ///   - words: The program, looked up in the environment's PATH, and its arguments.
    ///   - files: The paths that it reads from and writes to as its first three descriptors.
    init(
        _ words: [String],
        directory: String,
        environment: [String: String],
        files: (input: String, output: String, error: String)
    ) throws {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, files.input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, files.output, O_WRONLY | O_APPEND, 0)
        posix_spawn_file_actions_addopen(&actions, 2, files.error, O_WRONLY | O_APPEND, 0)
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in open.compactMap({ Int32($0) }) where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        // A shell's children have their signals as they are from the start.
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let argv = (["/usr/bin/env", "-C", directory] + words).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, "/usr/bin/env", &actions, &attributes, argv, envp)
        guard failure == 0 else { throw TestFailure("cannot start \(words): \(String(cString: strerror(failure)))") }
        pid = child
    }

    var isRunning: Bool { ended(WNOHANG) == nil }

    /// Waits for the end; what a shell would call its status: 128 and the signal that ended it.
    func waitUntilExit() -> Int32 {
        let value = ended(0) ?? 0
        return value & 0x7F == 0 ? (value >> 8) & 0xFF : 128 + (value & 0x7F)
    }

    private func ended(_ options: Int32) -> Int32? {
        status.withLock { status in
            if let status { return status }
            var value: Int32 = 0
            var result = waitpid(pid, &value, options)
            while result < 0, errno == EINTR { result = waitpid(pid, &value, options) }
            guard result != 0 else { return nil }
            status = result == pid ? value : 0
            return status
        }
    }
}
