import Glibc
import ResourceModel

/// A health command, run inside a live sandbox: with the instance's own namespaces, user, variables, directory,
/// capabilities, control groups and limits.
package struct SandboxCommand: Sendable {
    /// The first process of the sandbox.
    var sandbox: ProcessIdentity
    var hasUserNamespace: Bool
    /// What makes it the instance's user, then the command.
    var command: [String]
    var environment: [String]
    var capabilities: Set<Int>
    /// The directories of the instance's control groups.
    var cgroups: [String]
    var limits: [ShimLimit]

    /// The variable by which whatever a health command leaves behind is found.
    private static let mark = "ORCHPLAN_PROBE"

    func run(timeout: Duration, _ watcher: DescriptorWatcher) async -> ProbeResult {
        do throws(SystemError) {
            return try await attempt(timeout, watcher)
        } catch {
            return ProbeResult(isSuccess: false, message: error.description)
        }
    }

    private func attempt(_ timeout: Duration, _ watcher: DescriptorWatcher) async throws(SystemError) -> ProbeResult {
        let output = try Descriptor.pipe()
        _ = fcntl(output.reader.number, F_SETFL, O_NONBLOCK)
        let mark = "\(Self.mark)=\(UInt64.random(in: .min ... .max))"
        let pid = try start(output.writer, mark, timeout)
        guard let process = ProcessHandle.openChild(pid) else { throw SystemError(ESRCH, "watch the health command") }
        let ended = await watcher.wait(process.descriptor, timeout: timeout)
        // In a task of its own: also a probe that is given up leaves no process and no zombie behind.
        let finishing = Task { await finish(process, pid, ended, mark, watcher) }
        let status = await finishing.value
        let text = Self.firstLine(output.reader)
        let name = "health command"
        guard ended else { return ProbeResult(isSuccess: false, message: "\(name) took longer than \(timeout.text)") }
        let said = text.isEmpty ? "" : ": \(text)"
        return ProbeResult(
            isSuccess: status?.isSuccess ?? false,
            message: "\(name) ended with \(status?.text ?? "an unknown status")\(said)"
        )
    }

    /// Ends what there still is of the command and waits for it.
    private func finish(
        _ process: ProcessHandle,
        _ pid: pid_t,
        _ ended: Bool,
        _ mark: String,
        _ watcher: DescriptorWatcher
    ) async -> ExitStatus? {
        // The command leads a session: whatever of it is left goes with the group. The leader has not been reaped, so
        // its id cannot be another's.
        kill(-pid, SIGKILL)
        if !ended {
            _ = await watcher.wait(process.descriptor, timeout: .seconds(5))
            await endTree(mark)
        }
        return process.reap()
    }

    private func start(_ output: Descriptor, _ mark: String, _ timeout: Duration) throws(SystemError) -> pid_t {
        guard let first = ProcessHandle.open(sandbox), let program = command.first else {
            throw SystemError(ESRCH, "join the sandbox")
        }
        var spawn = ProcessSpawn(path: program, arguments: command, environment: environment + [mark])
        spawn.descriptors = [-1, output.number, output.number]
        spawn.newSession = true
        spawn.limits = limits.map(\.resourceLimit)
        for path in cgroups { spawn.groups.append(try Descriptor.open("\(path)/cgroup.procs", O_WRONLY)) }
        spawn.sandbox = JoinedSandbox(
            process: first,
            directory: try Descriptor.open("/proc/\(sandbox.pid)/cwd", O_RDONLY | O_DIRECTORY),
            hasUserNamespace: hasUserNamespace,
            capabilities: capabilities,
            longest: timeout + .seconds(5)
        )
        return try spawn.start()
    }

    /// Ends what has left the command's session: wherever it is now, it is marked.
    ///
    /// Looked for until twice in a row nothing is found: it may have made more of itself meanwhile, and the variables of
    /// a process that is just becoming another program cannot be read.
    private func endTree(_ mark: String) async {
        var quietRounds = 0
        for _ in 0..<50 where quietRounds < 2 {
            let marked = Self.marked(mark)
            quietRounds = marked.isEmpty ? quietRounds + 1 : 0
            for handle in marked { handle.signal(SIGKILL) }
            try? await Task.sleep(for: .milliseconds(3))
        }
    }

    private static func marked(_ mark: String) -> [ProcessHandle] {
        FileTree.names(in: "/proc")
            .compactMap { name in
                // Held before it is looked at, and alive afterwards: what was read is its own.
                guard let pid = Int(name), let handle = ProcessIdentity.of(pid).flatMap(ProcessHandle.open),
                    let bytes = (try? DurableFile.read("/proc/\(pid)/environ")).flatMap({ $0 }),
                    bytes.split(separator: 0).contains(where: { $0.elementsEqual(mark.utf8) }), !handle.hasEnded
                else { return nil }
                return handle
            }
    }

    private static func firstLine(_ reader: Descriptor) -> String {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = read(reader.number, &chunk, chunk.count)
        let line = chunk.prefix(max(0, count)).prefix { $0 != 0x0A }
        return String(decoding: line.prefix(200), as: UTF8.self)
    }
}
