import CSystemCalls
import Glibc

/// A program to start: ssh, or a helper that knows credentials.
struct ChildStart {
    /// An absolute path.
    var program: String
    /// The whole argument vector, the program's name first.
    var arguments: [String]
    var environment: [String: String]
    /// Whether it leads a session of its own, out of reach of the terminal and its signals.
    var newSession = false
    /// What it has as standard input, output and error; -1 is /dev/null.
    ///
    /// It has no others.
    var descriptors: [Int32] = [-1, -1, -1]

    init(program: String, arguments: [String], environment: [String: String]) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
    }

    /// The number of the error that kept it from starting.
    struct Failure: Error {
        let number: Int32
    }

    func run() throws(Failure) -> ChildProcess {
        let path = strdup(program)
        let argv = Self.strings(arguments)
        let envp = Self.strings(environment.map { "\($0.key)=\($0.value)" }.sorted())
        defer {
            free(path)
            for list in [argv, envp] {
                for text in list { free(text) }
            }
        }
        var pid: pid_t = 0
        let number = argv.withUnsafeBufferPointer { argv in
            envp.withUnsafeBufferPointer { envp in
                descriptors.withUnsafeBufferPointer { descriptors in
                    var request = orchplan_spawn_request()
                    request.path = UnsafePointer(path)
                    request.arguments = argv.baseAddress
                    request.environment = envp.baseAddress
                    request.descriptors = descriptors.baseAddress
                    request.descriptor_count = Int32(descriptors.count)
                    request.new_session = newSession
                    request.mask = 0o077
                    return orchplan_spawn(&request, &pid)
                }
            }
        }
        guard number == 0 else { throw Failure(number: number) }
        return ChildProcess(pid, leadsSession: newSession)
    }

    /// C strings with a null at their end; the caller frees them.
    private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }
}

/// A child that is ours to wait for.
struct ChildProcess: Sendable {
    private let pid: pid_t
    private let leadsSession: Bool

    fileprivate init(_ pid: pid_t, leadsSession: Bool) {
        self.pid = pid
        self.leadsSession = leadsSession
    }

    /// How a child ended.
    enum End: Equatable, CustomStringConvertible {
        case code(Int32)
        case signal(Int32)

        var description: String {
            switch self {
            case .code(let code): "ended with \(code)"
            case .signal(let number): "was ended by signal \(number)"
            }
        }
    }

    /// Waits for its end: after `grace` it is asked to end, and after that once more, it is killed.
    ///
    /// Blocks.
    func end(grace: Duration) -> End {
        if let end = wait(for: grace) { return end }
        kill(pid, SIGTERM)
        if let end = wait(for: grace) { return end }
        // What it started goes too where its process group has its number.
        kill(leadsSession ? -pid : pid, SIGKILL)
        return wait(for: nil) ?? .signal(SIGKILL)
    }

    /// - Parameter limit: Nil: as long as it takes.
    private func wait(for limit: Duration?) -> End? {
        // A pidfd is readable once the process has ended; without one the end is looked for now and then.
        let descriptor = orchplan_pidfd_open(pid)
        defer { if descriptor >= 0 { close(descriptor) } }
        let start = ContinuousClock.now
        while true {
            var status: Int32 = 0
            let waited = waitpid(pid, &status, WNOHANG)
            if waited == pid { return status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F) }
            // Somebody else waited for it.
            if waited < 0, errno != EINTR { return .code(0) }
            let left = limit.map { $0 - (ContinuousClock.now - start) }
            if let left, left <= .zero { return nil }
            let milliseconds = min(left.map { Int32($0 / .milliseconds(1)) + 1 } ?? 1000, descriptor >= 0 ? 1000 : 20)
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&entry, descriptor >= 0 ? 1 : 0, milliseconds)
        }
    }
}
