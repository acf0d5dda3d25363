import CSystemCalls
import Dispatch
import Glibc
import Reconciling

/// The command of a scale policy: its first line of output is the value.
///
/// Runs on this machine as the user who runs the loop, in the loop's working directory, without a shell. When the task
/// that waits for it is cancelled, it is ended with everything that is in its process group.
struct MetricCommand: Sendable {
    static let limit = Duration.seconds(10)

    var words: [String]
    /// How long it may take from its start to its end, whatever becomes of its output.
    var limit = Self.limit

    /// Nil when it cannot be run, fails, takes too long or prints no number that is zero or more.
    func value() async -> Double? {
        let group = ProcessGroup()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // It blocks, and must not hold one of the few threads that everything else runs on.
                DispatchQueue.global().async { continuation.resume(returning: run(in: group)) }
            }
        } onCancel: {
            group.end()
        }
    }

    private func run(in group: ProcessGroup) -> Double? {
        var pipes: [Int32] = [0, 0]
        guard !words.isEmpty, pipe(&pipes) == 0 else { return nil }
        defer { close(pipes[0]) }
        for end in pipes { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let deadline = ContinuousClock.now + limit
        guard let child = spawn(output: pipes[1]) else { return nil }
        group.began(child)
        let output = read(pipes[0], until: deadline)
        // One that has closed its output may still go on.
        if output == nil || !hasEnded(child, until: deadline) { group.end() }
        let status = group.reap(child)
        guard let output, status == 0 else { return nil }
        let line = String(decoding: output, as: UTF8.self).split(separator: "\n").first ?? ""
        let text = line.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
        guard let value = Double(String(text)), value.isFinite, value >= 0 else { return nil }
        return value
    }

    /// What it printed until it closed its output; nil: it went on for too long, or printed too much.
    private func read(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= 1 << 16 {
            guard isReadable(descriptor, until: deadline) else { return nil }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
        return nil
    }

    /// Whether the process was over in time; its status is still to be taken.
    private func hasEnded(_ child: pid_t, until deadline: ContinuousClock.Instant) -> Bool {
        let process = orchplan_pidfd_open(child)
        guard process >= 0 else { return false }
        defer { close(process) }
        return isReadable(process, until: deadline)
    }

    private func isReadable(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = Int32(clamping: Int64((deadline - .now) / .milliseconds(1)))
            guard left > 0 else { return false }
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let polled = poll(&ready, 1, left)
            if polled < 0, errno == EINTR { continue }
            return polled > 0
        }
    }

    /// Starts the program in a process group of its own, its output on a descriptor, which is closed here.
    private func spawn(output: Int32) -> pid_t? {
        defer { close(output) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that this process ignores are the command's to get.
        var defaults = sigset_t()
        sigfillset(&defaults)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        guard posix_spawnp(&child, words[0], &actions, &attributes, &arguments, environ) == 0 else { return nil }
        return child
    }
}
