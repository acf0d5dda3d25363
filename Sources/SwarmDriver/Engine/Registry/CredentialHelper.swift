import Glibc
import ResourceModel

/// A program `docker-credential-NAME`, which keeps credentials in a keychain.
///
/// It is run as `docker-credential-NAME get` with the registry on its standard input and answers with JSON.
struct CredentialHelper: Sendable {
    let suffix: String
    let environment: [String: String]
    let limit: Duration

    private static let longestAnswer = 1 << 20

    /// The credentials of a registry; nil when the helper has none.
    ///
    /// Blocks.
    func credentials(of key: String) throws(EngineError) -> RegistryAuthentication? {
        guard suffix.utf8.allSatisfy({ $0 != UInt8(ascii: "/") && $0 > 0x20 }),
            let program = EngineFile.program("docker-credential-\(suffix)", environment: environment)
        else {
            throw failure(key, "there is no program docker-credential-\(suffix) in PATH", "install it, or log in anew")
        }
        let (end, answer) = try run(program, key)
        guard end == .code(0) else {
            // The protocol's way to say that there are none, by its words.
            if Self.contains(answer, "credentials not found") { return nil }
            throw failure(key, "docker-credential-\(suffix) \(end)", "run it by hand: echo \(key) | \(program) get")
        }
        guard let value = try? CanonicalReader.parse(answer), let secret = value["Secret"]?.string else {
            throw failure(key, "docker-credential-\(suffix) answered with no credentials", "update or replace it")
        }
        if secret.isEmpty { return nil }
        let user = value["Username"]?.string ?? ""
        let proof: RegistryAuthentication.Proof =
            user == "<token>" ? .identityToken(secret) : .password(user: user, password: secret)
        return RegistryAuthentication(proof, server: key)
    }

    private func run(_ program: String, _ key: String) throws(EngineError) -> (ChildProcess.End, [UInt8]) {
        var input: [Int32] = [-1, -1]
        var output: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &input) == 0, socketpair(AF_UNIX, type, 0, &output) == 0 else {
            let number = errno
            for end in input + output where end >= 0 { close(end) }
            throw failure(key, EngineFile.text(ofError: number), nil)
        }
        defer { for end in [input[0], output[0]] { close(end) } }
        var start = ChildStart(
            program: program,
            arguments: ["docker-credential-\(suffix)", "get"],
            environment: environment
        )
        start.descriptors = [input[1], output[1], -1]
        let child: ChildProcess
        do throws(ChildStart.Failure) {
            child = try start.run()
            for end in [input[1], output[1]] { close(end) }
        } catch {
            for end in [input[1], output[1]] { close(end) }
            throw failure(key, "cannot run \(program): \(EngineFile.text(ofError: error.number))", nil)
        }
        // A helper that does not read must not end us by a signal.
        let question = Array("\(key)\n".utf8)
        _ = send(input[0], question, question.count, Int32(MSG_NOSIGNAL))
        shutdown(input[0], Int32(SHUT_WR))
        guard let answer = Self.read(output[0], within: limit) else {
            _ = child.end(grace: .zero)
            throw failure(
                key,
                "docker-credential-\(suffix) did not answer within \(limit.components.seconds) s",
                "unlock its keychain, then try again"
            )
        }
        return (child.end(grace: .seconds(2)), answer)
    }

    /// Everything up to the end of the stream; nil when that did not come in time or is too long.
    private static func read(_ descriptor: Int32, within limit: Duration) -> [UInt8]? {
        let start = ContinuousClock.now
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while answer.count <= longestAnswer {
            let left = limit - (ContinuousClock.now - start)
            guard left > .zero else { return nil }
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, Int32(min(left / .milliseconds(1), 1000)) + 1) > 0 else { continue }
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return answer }
            if count > 0 {
                answer.append(contentsOf: buffer[..<count])
            } else if errno != EINTR {
                return nil
            }
        }
        return nil
    }

    private static func contains(_ bytes: [UInt8], _ words: String) -> Bool {
        String(decoding: bytes, as: UTF8.self).contains(words)
    }

    private func failure(_ key: String, _ reason: String, _ help: String?) -> EngineError {
        .credentials(registry: key, reason: reason, help: help)
    }
}
