import Drivers
import Glibc
import ResourceModel

/// The system's `age`, which decrypts secrets that are kept encrypted beside the manifests.
///
/// The identity is the file that `ORCHPLAN_AGE_IDENTITY` names. The plain text comes through a pipe and is never on disk.
struct AgeProgram {
    static let identityVariable = "ORCHPLAN_AGE_IDENTITY"

    func decrypt(_ path: String, secret name: String, limit: Int) throws(DriverError) -> SecretBytes {
        guard let identity = getenv(Self.identityVariable).map({ String(cString: $0) }), !identity.isEmpty else {
            throw DriverError(
                .environment,
                "secret/\(name) is encrypted with age, and no identity is given",
                help: "name your identity file in \(Self.identityVariable)"
            )
        }
        var pipes: [Int32] = [0, 0]
        guard pipe(&pipes) == 0, fcntl(pipes[0], F_SETFD, FD_CLOEXEC) == 0 else {
            throw DriverError(.environment, "cannot make a pipe")
        }
        defer { close(pipes[0]) }
        let child = try spawn(["age", "--decrypt", "--identity", identity, path], output: pipes[1])
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= limit {
            let count = read(pipes[0], &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        defer {
            for index in bytes.indices { bytes[index] = 0 }
            for index in chunk.indices { chunk[index] = 0 }
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 || bytes.count > limit else {
            throw DriverError(
                .invalid,
                "secret/\(name): age could not decrypt \(path)",
                help: "see that the identity fits the file"
            )
        }
        return SecretBytes(bytes)
    }

    /// Starts the program with its standard output on a descriptor, which is closed here.
    private func spawn(_ words: [String], output: Int32) throws(DriverError) -> pid_t {
        defer { close(output) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let failure = posix_spawnp(&child, "age", &actions, nil, &arguments, environ)
        guard failure == 0 else {
            throw DriverError(
                .environment,
                "cannot run age: \(String(cString: strerror(failure)))",
                help: "install the package age"
            )
        }
        return child
    }
}
