import CSystemCalls
import Glibc
import ResourceModel
import Synchronization

/// The program `orchplan agent`: one per environment of a project, until there is nothing left to keep alive.
package enum AgentMain {
    /// How long an agent without services waits for somebody to ask something.
    package static let idleTime = Duration.seconds(5)

    /// The arguments that make this program the agent of a project; the command line has to take them.
    package static func arguments(projectDirectory: String, environment: String? = nil) -> [String] {
        ["orchplan", "agent", "--directory", projectDirectory] + (environment.map { ["--env", $0] } ?? [])
    }

    /// The name of a process that is no agent; nil: it is one, or nobody can tell.
    ///
    /// Whatever runs this very program may be one.
    static func nameOfOther(_ process: Int) -> String? {
        guard let bytes = (try? DurableFile.read("/proc/\(process)/cmdline")).flatMap({ $0 }), !bytes.isEmpty,
            let own = Host().entry(at: "/proc/self/exe"), let its = Host().entry(at: "/proc/\(process)/exe"), own != its
        else { return nil }
        let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard !words.dropFirst().contains("agent") else { return nil }
        let name = (try? DurableFile.read("/proc/\(process)/comm")).flatMap { $0 } ?? []
        return String(decoding: name.prefix { $0 != 0x0A }, as: UTF8.self)
    }

    /// Runs the agent of a project and returns the exit status of the program.
    ///
    /// - Parameters:
    ///   - projectDirectory: Absolute, links resolved.
    ///   - environment: The environment of the project whose agent this is; nil: the project without one.
    ///   - executable: The program that shims are run from; its first argument is then `InstanceShim.mode`.
    ///   - idleTime: How long to stay with nothing to do.
    /// - Returns: 0 when idle, told to stop or another agent is there already, which standard error tells; 1 after an
    ///   error, which went there too, and to whoever started the agent on demand.
    package static func run(
        projectDirectory: String,
        environment: String? = nil,
        executable: String = "/proc/self/exe",
        idleTime: Duration = AgentMain.idleTime
    ) async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        umask(0o077)
        let note = FailureNote.inherited()
        let directory = AgentDirectory(project: projectDirectory, environment: environment)
        do {
            let childLimits = FileLimit.raise()
            if let lack = FileLimit.lack() { throw AgentError(.environment, lack.message, help: lack.help) }
            try directory.make()
            let lock = try Descriptor.open(directory.lock, O_RDWR | O_CREAT)
            guard flock(lock.number, LOCK_EX | LOCK_NB) == 0 else {
                complain("an agent runs already\(holder(of: directory).map { " (pid \($0))" } ?? "")")
                return 0
            }
            try tell(lock, directory.lock)
            try directory.claimPlace()
            try await serve(directory, executable: resolve(executable), childLimits, idleTime: idleTime)
            withExtendedLifetime(lock) {}
            return 0
        } catch {
            complain("\(error)")
            note?.write(told(error))
            return 1
        }
    }

    private static func told(_ error: any Error) -> AgentError {
        switch error {
        case let error as AgentError: error
        case let error as SystemError: AgentError(error)
        default: AgentError(.environment, "\(error)")
        }
    }

    private static func serve(
        _ directory: AgentDirectory,
        executable: String,
        _ childLimits: [ResourceLimit],
        idleTime: Duration
    ) async throws {
        guard let watcher = DescriptorWatcher.shared else { throw SystemError(EMFILE, "watch processes") }
        let agent = NodeAgent(
            directory: directory,
            executable: executable,
            watcher: watcher,
            childLimits: childLimits
        )
        complain("started for \(directory.project), pid \(getpid())")
        try await agent.recover()
        complain("holds \(await agent.holding)")
        var about = AgentAbout()
        about.project = directory.project
        about.process = .own
        about.socket = directory.socket
        try directory.save(about, at: directory.agentRecord)
        let stop = StopSwitch()
        // A polite request to end leaves the instances running, as the agent's death does.
        let signals = StopSignals(stop)
        let api = AgentAPI(agent: agent, about: about, stop: { stop.turn() })
        let server = try await AgentServer(socketPath: directory.socket) { await api.answer($0) }
        var ticks = 0
        while !stop.isTurned, !(await agent.isIdle(for: idleTime)) {
            try? await Task.sleep(for: .milliseconds(200))
            ticks += 1
            if ticks.isMultiple(of: 25) { await agent.repairListeners() }
            // What the last agent left may have had processes until a moment ago.
            if ticks == 25 { await agent.sweepCgroups() }
        }
        complain(stop.isTurned ? "was told to end; instances go on" : "ends: there is nothing to keep alive")
        await server.close()
        await agent.sweepCgroups()
        await agent.closeListeners()
        try? DurableFile.remove(directory.agentRecord)
        withExtendedLifetime(signals) {}
    }

    /// The file itself: `/proc/self/exe` means another one to whoever reads it later.
    private static func resolve(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Writes into the lock's file who has it: for people, and for the message of the next one.
    private static func tell(_ lock: Descriptor, _ path: String) throws(SystemError) {
        guard ftruncate(lock.number, 0) == 0 else { throw .last("write \(path)") }
        let written = Array("\(getpid())\n".utf8)
            .withUnsafeBytes { bytes in
                Result { () throws(SystemError) in try lock.writeAll(bytes, "write \(path)") }
            }
        try written.get()
    }

    /// The process that wrote itself into the lock's file; it may have ended.
    private static func holder(of directory: AgentDirectory) -> Int? {
        let bytes = (try? DurableFile.read(directory.lock)).flatMap { $0 } ?? []
        return Int(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    }

    /// The agent that has the lock and was suspended, also one that has no socket yet.
    static func suspendedHolder(of directory: AgentDirectory) -> Int? {
        guard let process = holder(of: directory), ProcessStatus.read(process)?.state == UInt8(ascii: "T"),
            nameOfOther(process) == nil
        else { return nil }
        return process
    }

    /// Says something on standard error, which is the agent's log when it was started on demand: a line with the time.
    static func complain(_ text: String) {
        var text = "\(Timestamp(milliseconds: Int64(wallClockMilliseconds())).text) orchplan agent: \(text)\n"
        _ = text.withUTF8 { write(2, $0.baseAddress, $0.count) }
    }
}

/// Turned once, by whoever wants the agent to end.
private final class StopSwitch: Sendable {
    private let state = Atomic(false)

    var isTurned: Bool { state.load(ordering: .acquiring) }
    func turn() { state.store(true, ordering: .releasing) }
}

/// SIGTERM and SIGINT as a switch: the handlers touch one atomic number and nothing else.
private final class StopSignals: Sendable {
    init(_ stop: StopSwitch) {
        StopFlag.current.store(0, ordering: .relaxed)
        signal(SIGTERM) { _ in StopFlag.current.store(1, ordering: .relaxed) }
        signal(SIGINT) { _ in StopFlag.current.store(1, ordering: .relaxed) }
        Task.detached { [stop] in
            while StopFlag.current.load(ordering: .relaxed) == 0, !stop.isTurned {
                try? await Task.sleep(for: .milliseconds(100))
            }
            stop.turn()
        }
    }
}

/// What a signal handler may touch.
private enum StopFlag {
    static let current = Atomic(0)
}
