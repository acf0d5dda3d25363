import Glibc
import ResourceModel

/// Reaches a project's agent, and starts one where none answers.
package struct AgentLauncher: Sendable {
    package let directory: AgentDirectory
    /// The program that is run as the agent; nil: none is started.
    private let executable: String?
    private let start = AgentStart()
    /// How long to wait for an agent that somebody else is starting or ending.
    private static let startTime = Duration.seconds(15)
    /// How long to wait for one of our own that is at work: what it finds it looks at before it answers.
    private static let recoveryTime = Duration.seconds(60)
    /// How long whatever listens may say nothing before it is looked at, and how long an agent may.
    private static let firstPatience = Duration.seconds(2)
    private static let patience = Duration.seconds(5)

    package init(projectDirectory: String, environment: String? = nil, executable: String?) {
        directory = AgentDirectory(project: projectDirectory, environment: environment)
        self.executable = executable
    }

    package var client: AgentClient { AgentClient(socketPath: directory.socket) }

    /// Whether there has ever been an agent; where there was none, nothing of the project can be here.
    package var hasBeenHere: Bool { FileTree.exists(directory.root) }

    /// Whether an agent of this version answers.
    package func isRunning() async -> Bool { (try? await answering()) == .ours }

    /// Who answers at the socket.
    private enum Answering {
        case nobody
        case ours
        /// One of another version of the API.
        case otherVersion
        /// One that was started before the project's folder was moved, and writes where it was.
        case elsewhere
    }

    /// Throws where an agent is there that cannot be asked, and where starting another would not help.
    private func answering() async throws(AgentError) -> Answering {
        let answer: (status: Int, body: [UInt8])
        do throws(AgentClientError) {
            answer = try await greeted(within: Self.patience)
        } catch {
            switch error {
            case .suspended, .stranger, .notPermitted, .impostor: throw AgentError(error)
            case .notRunning, .timeout, .status, .protocol: return .nobody
            }
        }
        guard answer.status == 200 else { return .nobody }
        // Not the whole record: that of another version may have other fields.
        let record = try? CanonicalReader.parse(answer.body)
        guard record?["version"]?.integer == Int64(AgentAbout.apiVersion) else { return .otherVersion }
        return directory.isServed(by: record?["project"]?.string ?? directory.project) ? .ours : .elsewhere
    }

    /// Greets what listens on the socket; one that says nothing is waited for only where it is an agent, which may be busy.
    private func greeted(within time: Duration) async throws(AgentClientError) -> (status: Int, body: [UInt8]) {
        do throws(AgentClientError) {
            return try await client.send("GET", "/v1/agent", timeout: Self.firstPatience)
        } catch {
            guard case .timeout = error else { throw error }
        }
        if let process = client.listener, let name = AgentMain.nameOfOther(process) {
            throw .impostor(path: client.socketPath, process: process, name: name)
        }
        return try await client.send("GET", "/v1/agent", timeout: time)
    }

    /// Returns once an agent answers; starts one when none does.
    ///
    /// An agent of another version, from before this program was replaced, is asked to end, and so is one whose folder
    /// was moved: its instances go on and the new one adopts them.
    package func ensure() async throws(AgentError) {
        try directory.check()
        if try await answering() == .ours { return }
        try await start.join { () async throws(AgentError) in try await startOne() }
    }

    private func startOne() async throws(AgentError) {
        switch try await answering() {
        case .ours: return
        case .nobody: break
        case .otherVersion, .elsewhere:
            guard executable != nil else {
                throw AgentError(.unreachable, "the agent of \(directory.project) is another one than it should be")
            }
            _ = try? await client.send("POST", "/v1/stop", timeout: .seconds(5))
        }
        guard let executable else { throw AgentError(.unreachable, "no agent runs for \(directory.project)") }
        let began = ContinuousClock.now
        var started: StartedAgent?
        var attempts = 0
        while .now - began < (started?.isAtWork == true ? Self.recoveryTime : Self.startTime) {
            // One that found another still going exits at once; so one is started again now and then.
            if attempts.isMultiple(of: 40), started?.isRunning != true {
                if attempts > 0, let process = AgentMain.suspendedHolder(of: directory) {
                    throw AgentError(AgentClientError.suspended(process: process))
                }
                started = try spawn(executable)
            }
            attempts += 1
            try? await Task.sleep(for: .milliseconds(25))
            if try await answering() == .ours { return }
            guard let failure = started?.failure() else { continue }
            // Somebody else's may have come meanwhile.
            if try await answering() == .ours { return }
            throw AgentError(
                .unreachable,
                "the agent ended right after its start: \(failure.message)",
                help: failure.help ?? "its log is \(directory.agentLog)"
            )
        }
        throw AgentError(
            .unreachable,
            "the agent of \(directory.project) does not answer",
            help: "its last words are in \(directory.agentLog)"
        )
    }

    private func spawn(_ executable: String) throws(AgentError) -> StartedAgent? {
        try directory.make()
        do throws(SystemError) {
            let log = try Descriptor.open(directory.agentLog, O_WRONLY | O_CREAT | O_APPEND)
            let note = try FailureNote()
            let logStart = max(0, lseek(log.number, 0, SEEK_END))
            var command = ProcessSpawn(
                path: executable,
                arguments: AgentMain.arguments(projectDirectory: directory.project, environment: directory.environment),
                environment: Self.environment()
            )
            command.descriptors = [-1, log.number, log.number, note.file.number]
            command.newSession = true
            command.directory = "/"
            command.mask = 0o077
            let pid = try command.start()
            guard let handle = ProcessHandle.openChild(pid), let watcher = DescriptorWatcher.shared else { return nil }
            let agent = StartedAgent(handle, note, log: directory.agentLog, from: Int(logStart))
            Task {
                // It may outlive this program by far; if not, it must not stay as a zombie.
                while !handle.hasEnded { _ = await watcher.wait(handle.descriptor) }
                agent.reap()
            }
            return agent
        } catch {
            throw AgentError(error)
        }
    }

    /// The agent gets nothing of the caller's environment that could differ from one caller to the next.
    private static func environment() -> [String] {
        var entries = ["PATH=\(InstanceEnvironment.defaultPath)"]
        for name in ["HOME", "LANG", "TZ"] {
            if let value = getenv(name) { entries.append("\(name)=\(String(cString: value))") }
        }
        return entries
    }
}
