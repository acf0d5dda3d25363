import Glibc
import Testing

@testable import LocalAgent

@Suite(.serialized) struct AgentServerTests {
    /// A folder of the test's own, removed at the end, and a server in it that describes what it was asked.
    private func withServer(
        folderName: String = "s",
        limits: AgentServer.Limits = .init(),
        _ body: (String, AgentServer) async throws -> Void
    ) async throws {
        var template = Array("/tmp/agent-test-XXXXXX".utf8CString)
        let root = try #require(mkdtemp(&template).map { String(cString: $0) })
        var folder = root
        for part in folderName.split(separator: "/") {
            folder += "/\(part)"
            mkdir(folder, 0o755)
        }
        chmod(root, 0o755)
        let server = try await AgentServer(socketPath: folder + "/agent.sock", limits: limits) { request in
            await Self.describe(request)
        }
        do {
            try await body(folder + "/agent.sock", server)
        } catch {
            Issue.record(error)
        }
        await server.close()
        #expect(UnixSocket.FileIdentity(path: folder + "/agent.sock") == nil)
        while folder.count >= root.count {
            rmdir(folder)
            folder = UnixSocket.split(folder).folder
        }
    }

    private static func describe(_ request: AgentRequest) async -> AgentResponse {
        switch request.path {
        case "/endless":
            return AgentResponse(
                status: 200,
                body: .stream(
                    AsyncStream {
                        try? await Task.sleep(for: .milliseconds(1))
                        return Task.isCancelled ? nil : Array("{\"tick\":1}\n".utf8)
                    }
                )
            )
        case "/three":
            let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
            for chunk in ["{\"n\":1}\n{\"n\"", ":2}\n\n", "{\"n\":3}"] { continuation.yield(Array(chunk.utf8)) }
            continuation.finish()
            return AgentResponse(status: 200, body: .stream(stream))
        case "/slow":
            try? await Task.sleep(for: .seconds(30))
            return AgentResponse(status: 200)
        case "/missing":
            return AgentResponse(status: 404, body: .bytes(Array("nothing here".utf8)))
        default:
            let query = request.query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            let text = "\(request.method) \(request.path) \(query) \(request.body.count)"
            return AgentResponse(status: 200, body: .bytes(Array(text.utf8)))
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(.timeLimit(.minutes(1))) func requestsAreDecodedAndAnswered() async throws {
        try await withServer { path, _ in
            let client = AgentClient(socketPath: path)
            let body = [UInt8](repeating: 1, count: 8 * 1024 * 1024)
            let answer = try await client.send("PUT", "/a%20b?x=1%262&y", body: body, timeout: .seconds(20))
            #expect(answer.status == 200)
            #expect(text(answer.body) == "PUT /a b [\"x=1&2\", \"y=\"] 8388608")
            let large = try await client.send("PUT", "/", body: body + [1], timeout: .seconds(20))
            #expect(large.status == 413)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 { group.addTask { try await client.send("GET", "/", timeout: .seconds(20)).status } }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 200])
            await #expect(throws: AgentClientError.timeout(.milliseconds(100))) {
                _ = try await client.send("GET", "/slow", timeout: .milliseconds(100))
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func streamsArriveRecordByRecord() async throws {
        try await withServer { path, server in
            let client = AgentClient(socketPath: path)
            var records: [String] = []
            for try await record in client.stream("GET", "/three") { records.append(text(record)) }
            #expect(records == ["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"])
            await #expect(throws: AgentClientError.status(404, body: Array("nothing here".utf8))) {
                for try await _ in client.stream("GET", "/missing") {}
            }
            var ticks = 0
            for try await _ in client.stream("GET", "/endless") {
                ticks += 1
                if ticks == 5 { break }
            }
            // The server's close ends a stream that is being read, in order.
            let count = Counter()
            let reading = Task {
                for try await _ in client.stream("GET", "/endless") { count.add(1) }
            }
            while count.value < 5 { try await Task.sleep(for: .milliseconds(1)) }
            await server.close()
            try await reading.value
            await #expect(throws: AgentClientError.notRunning(path: path)) {
                _ = try await client.send("GET", "/", timeout: .seconds(1))
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func onlyTheOwnerMayEnter() async throws {
        try await withServer { path, _ in
            var info = stat()
            #expect(stat(path, &info) == 0)
            #expect(info.st_mode & 0o7777 == 0o600)
            guard geteuid() == 0 else { return }
            #expect(curl(path, user: 65_534) == "000")
            // Even with the file open to all, the kernel's word on the peer decides.
            chmod(path, 0o666)
            #expect(curl(path, user: 65_534) == "403")
            #expect(curl(path, user: 0) == "200")
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [10, 250]) func longPathsWork(_ length: Int) async throws {
        let part = String(repeating: "p", count: 100)
        let name = length < 100 ? "short" : "\(part)/\(part)/\(part)"
        try await withServer(folderName: name) { path, _ in
            let answer = try await AgentClient(socketPath: path).send("GET", "/", timeout: .seconds(5))
            #expect(answer.status == 200)
            await #expect(throws: AgentServerError.alreadyRunning(path: path)) {
                _ = try await AgentServer(socketPath: path) { _ in AgentResponse(status: 500) }
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aDeadAgentsSocketIsReplacedAndAFileIsNot() async throws {
        try await withServer { path, server in
            await server.close()
            let dead = try UnixSocket.listen(at: path)
            Glibc.close(dead.descriptor)
            let second = try await AgentServer(socketPath: path) { _ in AgentResponse(status: 204) }
            let answer = try await AgentClient(socketPath: path).send("GET", "/", timeout: .seconds(5))
            #expect(answer.status == 204)
            await second.close()
            let file = open(path, O_CREAT | O_WRONLY, 0o600)
            Glibc.close(file)
            await #expect(throws: AgentServerError.notASocket(path: path)) {
                _ = try await AgentServer(socketPath: path) { _ in AgentResponse(status: 500) }
            }
            unlink(path)
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("nonsense\r\n\r\n", "400"), ("GET /%zz HTTP/1.1\r\nhost: x\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\ncontent-length: -5\r\n\r\n", "400"),
            ("PUT / HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n", "413"),
            ("PUT / HTTP/1.1\r\ncontent-length: 10\r\n\r\nslow", "408"), ("GET / HTT", "408"),
            ("GET / HTTP/1.1\r\n\r\nGET /second HTTP/1.1\r\n\r\n", "200"),
        ]
    ) func badRequestsGetAnAnswerAndTheDoor(_ bytes: String, _ status: String) async throws {
        var limits = AgentServer.Limits()
        limits.head = .milliseconds(300)
        limits.request = .milliseconds(300)
        try await withServer(limits: limits) { path, _ in
            let answer = try exchange(path, bytes)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.components(of: "HTTP/1.1").count == 2)
            let next = try await AgentClient(socketPath: path).send("GET", "/", timeout: .seconds(5))
            #expect(next.status == 200)
        }
    }

    @Test(.timeLimit(.minutes(1))) func whoSaysNothingIsShownTheDoorAndBlocksNobody() async throws {
        var limits = AgentServer.Limits()
        limits.head = .seconds(2)
        try await withServer(limits: limits) { path, _ in
            // Faster than they are taken: the queue has to hold them.
            let idle = try (0..<300).map { _ in try UnixSocket.connect(to: path) }
            defer { for descriptor in idle { Glibc.close(descriptor) } }
            let next = try await AgentClient(socketPath: path).send("GET", "/", timeout: .seconds(5))
            #expect(next.status == 200)
            for descriptor in idle {
                var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                try #require(poll(&ready, 1, 10_000) == 1, "the server keeps who says nothing")
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func amongACrowdWhoSaysNothingLeavesFirst() async throws {
        var limits = AgentServer.Limits()
        limits.crowd = 20
        limits.hurry = .milliseconds(300)
        try await withServer(limits: limits) { path, _ in
            // One that is being answered stays, however many come.
            let follower = Task {
                var count = 0
                for try await _ in AgentClient(socketPath: path).stream("GET", "/endless") { count += 1 }
                return count
            }
            let silent = try (0..<200).map { _ in try UnixSocket.connect(to: path) }
            defer { for descriptor in silent { Glibc.close(descriptor) } }
            let next = try await AgentClient(socketPath: path).send("GET", "/", timeout: .seconds(5))
            #expect(next.status == 200)
            func gone() -> Int {
                silent.count { descriptor in
                    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    return poll(&ready, 1, 0) == 1
                }
            }
            // Long before the time that one alone would have.
            while gone() < 180 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(!follower.isCancelled)
            follower.cancel()
            _ = try? await follower.value
        }
    }

    @Test func onlyTheOwnersAgentIsTrusted() throws {
        let own = UnixSocket.Peer(process: 1, user: geteuid())
        let other = UnixSocket.Peer(process: 1, user: 4_000_000)
        #expect(UnixSocket.isTrusted(own, at: "/tmp/agent.sock"))
        #expect(!UnixSocket.isTrusted(other, at: "/tmp/agent.sock"))
    }

    /// Sends raw bytes and reads until the server hangs up.
    private func exchange(_ path: String, _ bytes: String) throws -> String {
        let descriptor = try UnixSocket.connect(to: path)
        defer { Glibc.close(descriptor) }
        let sent = Array(bytes.utf8)
        #expect(write(descriptor, sent, sent.count) == sent.count)
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            try #require(poll(&ready, 1, 10_000) == 1, "the server did not hang up")
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return text(answer) }
            answer += buffer.prefix(count)
        }
    }

    /// The status that a client of another user gets; 000 when it cannot connect.
    private func curl(_ path: String, user: Int) -> String {
        let command =
            "exec setpriv --reuid=\(user) --clear-groups curl -s -m 5 -o /dev/null -w '%{http_code}'"
            + " --unix-socket \(path) http://localhost/"
        guard let pipe = popen(command, "r") else { return "no shell" }
        defer { pclose(pipe) }
        var line = [UInt8](repeating: 0, count: 64)
        let count = fread(&line, 1, line.count, pipe)
        return text(Array(line.prefix(count)))
    }
}

extension String {
    /// The pieces between the occurrences of `separator`.
    fileprivate func components(of separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
