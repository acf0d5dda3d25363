import Glibc
import Synchronization

/// Starts small programs that share nothing with this one but the environment and the working directory.
enum Spawning {
    /// Held while a pipe is made and while a program is started: a program that started in between would inherit the
    /// pipe's ends, and keep the pipe open for as long as it runs.
    private static let order = Mutex(())

    /// A pipe that no program inherits.
    ///
    /// - Returns: Its two ends, the caller's to close; nil when there are too many open files.
    static func pipe() -> (reading: Int32, writing: Int32)? {
        order.withLock { _ in
            var ends: [Int32] = [0, 0]
            guard Glibc.pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return (ends[0], ends[1])
        }
    }

    /// - Parameters:
    ///   - words: The program, searched for along `PATH`, and its arguments; not empty.
    ///   - input: Its standard input; nil: there is none.
    ///   - output: Its standard output; nil: it goes nowhere, as what it says on standard error does.
    ///   - group: The process group that it joins; 0: it leads one of its own.
    static func start(_ words: [String], input: Int32?, output: Int32?, group: pid_t) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (source, number) in [(input, STDIN_FILENO), (output, STDOUT_FILENO), (nil, STDERR_FILENO)] {
            if let source {
                posix_spawn_file_actions_adddup2(&actions, source, number)
            } else {
                posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that this process ignores are the program's to get.
        var defaults = sigset_t()
        sigfillset(&defaults)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setpgroup(&attributes, group)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let failure = order.withLock { _ in
            posix_spawnp(&child, words[0], &actions, &attributes, &arguments, environ)
        }
        return failure == 0 ? child : nil
    }
}
