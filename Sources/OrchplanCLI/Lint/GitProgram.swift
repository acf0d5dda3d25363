import Glibc
import SourceDiagnostics

/// The system's `git`, asked what only it knows: revisions, and what differs from them.
struct GitProgram {
    /// Where it works.
    let directory: String

    struct Answer {
        var status: Int32
        var output: [UInt8]
        var errors: String

        /// The names of an answer that separates them by NUL.
        var names: [String] { output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) } }
    }

    /// What is committed must not run commands: a folder that looks like a bare repository has settings of its own, and
    /// settings name programs.
    private static let caution = [
        "-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
        "-c", "diff.external=", "-c", "core.pager=cat",
    ]

    /// Runs it to its end; throws when it cannot be started.
    func run(_ words: [String]) throws -> Answer {
        guard let output = Spawning.pipe() else { throw Self.failure(errno) }
        defer { close(output.reading) }
        guard let errors = Spawning.pipe() else {
            close(output.writing)
            throw Self.failure(errno)
        }
        defer { close(errors.reading) }
        let child = try start(["git"] + Self.caution + ["-C", directory] + words, output.writing, errors.writing)
        // What it has to say of errors is short and fits into the pipe.
        let text = Self.readAll(output.reading)
        let complaint = Self.readAll(errors.reading)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128
        return Answer(status: code, output: text, errors: String(decoding: complaint, as: UTF8.self))
    }

    private func start(_ words: [String], _ output: Int32, _ errors: Int32) throws -> pid_t {
        defer {
            close(output)
            close(errors)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let failure = posix_spawnp(&child, "git", &actions, nil, &arguments, environ)
        guard failure == 0 else { throw Self.failure(failure) }
        return child
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    private static func failure(_ code: Int32) -> CommandFailure {
        CommandFailure(
            "cannot run git: \(String(cString: strerror(code)))",
            help: code == ENOENT ? "install the package git" : nil,
            code: ExitStatus.couldNotRun
        )
    }
}
