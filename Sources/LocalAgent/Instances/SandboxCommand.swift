import Glibc
import ResourceModel

/// A health command, run inside a live sandbox with the instance's own variables and directory.
package struct SandboxCommand: Sendable {
    /// Path of `nsenter`.
    var joiner: String
    /// The first process of the sandbox.
    var sandbox: ProcessIdentity
    var hasUserNamespace: Bool
    /// What makes it the instance's user, then the command.
    var command: [String]
    var environment: [String]

    func run(timeout: Duration, _ watcher: DescriptorWatcher) async -> ProbeResult {
        do throws(SystemError) {
            return try await attempt(timeout, watcher)
        } catch {
            return ProbeResult(isSuccess: false, message: error.description)
        }
    }

    private func attempt(_ timeout: Duration, _ watcher: DescriptorWatcher) async throws(SystemError) -> ProbeResult {
        guard ProcessHandle.open(sandbox) != nil else { throw SystemError(ESRCH, "join the sandbox") }
        let output = try Descriptor.pipe()
        _ = fcntl(output.reader.number, F_SETFL, O_NONBLOCK)
        var arguments = [joiner, "--target", "\(sandbox.pid)"]
        if hasUserNamespace { arguments += ["--user", "--preserve-credentials"] }
        arguments += ["--mount", "--pid", "--uts", "--ipc", "--wd", "--"]
        var spawn = ProcessSpawn(path: joiner, arguments: arguments + command, environment: environment)
        spawn.descriptors = [-1, output.writer.number, output.writer.number]
        spawn.newSession = true
        let pid = try spawn.start()
        guard let process = ProcessHandle.openChild(pid) else { throw SystemError(ESRCH, "watch the health command") }
        let ended = await watcher.wait(process.descriptor, timeout: timeout)
        // The command leads a session: whatever of it is left goes with the group. The leader has not been reaped, so
        // its id cannot be another's.
        kill(-pid, SIGKILL)
        if !ended { _ = await watcher.wait(process.descriptor, timeout: .seconds(5)) }
        let status = process.reap()
        let text = Self.firstLine(output.reader)
        let name = "health command"
        guard ended else { return ProbeResult(isSuccess: false, message: "\(name) took longer than \(timeout.text)") }
        let said = text.isEmpty ? "" : ": \(text)"
        return ProbeResult(
            isSuccess: status?.isSuccess ?? false,
            message: "\(name) ended with \(status?.text ?? "an unknown status")\(said)"
        )
    }

    private static func firstLine(_ reader: Descriptor) -> String {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = read(reader.number, &chunk, chunk.count)
        let line = chunk.prefix(max(0, count)).prefix { $0 != 0x0A }
        return String(decoding: line.prefix(200), as: UTF8.self)
    }
}
