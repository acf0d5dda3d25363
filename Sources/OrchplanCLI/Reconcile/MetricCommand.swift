import CSystemCalls
import Dispatch
import Glibc
import Reconciling

/// The command of a scale policy: its first line of output is the value.
///
/// Runs on this machine as the user who runs the loop, in the loop's working directory, without a shell. When the task
/// that waits for it is cancelled, it is ended with everything that is in its process group; so it is when this process
/// is gone, whatever ended it.
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
                // It blocks, and must not hold one of the few threads that everything else runs on, nor those of others
                // like it: a queue of its own gets a thread of its own.
                DispatchQueue(label: "metric command").async { continuation.resume(returning: run(in: group)) }
            }
        } onCancel: {
            group.end()
        }
    }

    private func run(in group: ProcessGroup) -> Double? {
        guard !words.isEmpty, let ends = Spawning.pipe() else { return nil }
        defer { close(ends.reading) }
        let deadline = ContinuousClock.now + limit
        guard let guardian = GroupGuardian.start() else {
            close(ends.writing)
            return nil
        }
        group.began(guardian)
        guard let child = spawn(output: ends.writing, group: guardian.process) else {
            group.disband()
            return nil
        }
        group.joined()
        let output = read(ends.reading, until: deadline)
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

    /// Starts the program in a process group, its output on a descriptor, which is closed here.
    private func spawn(output: Int32, group: pid_t) -> pid_t? {
        defer { close(output) }
        return Spawning.start(words, input: nil, output: output, group: group)
    }
}
