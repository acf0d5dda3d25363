import Foundation
import Testing

@Suite("The built language server, over its standard input and output", .serialized)
struct LanguageServerTests {
    private static let web = """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec:
          image: a:1
          command: [sleep, "1"]
          replcas: 2

        """

    @Test("an editor's session: diagnostics, completion, a mended text, the end")
    func session() throws {
        let project = try Project(["orchplan.yaml": "project: p\n", "manifests/web.yaml": Self.web])
        defer { project.tearDown() }
        let editor = try Editor(project)
        defer { editor.kill() }
        let answer = try editor.request("initialize", #"{"rootUri":"\#(editor.root)","capabilities":{}}"#)
        #expect(answer.contains(#""positionEncoding":"utf-16""#))
        try editor.notify("initialized", "{}")
        let told = try editor.next { $0.contains("publishDiagnostics") && $0.contains("web.yaml") }
        #expect(told.contains("OP2003") && told.contains(#""line":6,"character":2"#))
        let mended = Self.web.replacingOccurrences(of: "replcas", with: "replicas")
        try editor.open("manifests/web.yaml", mended)
        _ = try editor.next { $0.contains("publishDiagnostics") && !$0.contains("OP2003") }
        let items = try editor.request(
            "textDocument/completion",
            #"{"textDocument":{"uri":"\#(editor.root)/manifests/web.yaml"},"position":{"line":1,"character":6}}"#
        )
        #expect(items.contains(#""label":"Volume""#))
        #expect(try editor.request("shutdown", "null").contains(#""result":null"#))
        try editor.notify("exit", "null")
        #expect(try editor.wait() == 0)
    }

    @Test("an editor works on the example: names, files that come and go, line ends and letters of two units")
    func example() throws {
        let manager = FileManager.default
        let project = try Project(["orchplan.yaml": "project: p\n"])
        defer { project.tearDown() }
        let source = Orchplan.binary.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        for name in ["orchplan.yaml", "manifests"] {
            let place = project.directory.appendingPathComponent(name)
            try? manager.removeItem(at: place)
            try manager.copyItem(at: source.appendingPathComponent(name), to: place)
        }
        let editor = try Editor(project)
        defer { editor.kill() }
        _ = try editor.request("initialize", #"{"rootUri":"\#(editor.root)","capabilities":{}}"#)
        try editor.notify("initialized", "{}")
        // A file of its own, with line ends of two bytes and letters of two units.
        let head = "apiVersion: orchplan/v1\r\nkind: Service\r\nmetadata: {name: extra}\r\nspec:\r\n"
        let text =
            head + "  image: a:1\r\n  command: [sleep,    \"1\"]\r\n  environment: {A: \"🙂🙂\", B: c}\r\n  x🙂: 1\r\n"
        try editor.open("manifests/extra.yaml", text)
        let told = try editor.next { $0.contains("publishDiagnostics") && $0.contains("extra.yaml") }
        #expect(
            told.contains(#""start":{"line":7,"character":2}"#) && told.contains(#""end":{"line":7,"character":5}"#)
        )
        let uri = "\(editor.root)/manifests/extra.yaml"
        let document = #""textDocument":{"uri":"\#(uri)"}"#
        let formatted = try editor.request(
            "textDocument/formatting",
            "{\(document),\"options\":{\"tabSize\":2,\"insertSpaces\":true}}"
        )
        #expect(formatted.contains(#"command: [sleep, '1']"#) && formatted.contains(#"\r\n"#), "\(formatted)")
        #expect(try editor.request("textDocument/documentSymbol", "{\(document)}").contains(#""name":"extra""#))
        // Another file names the service, and is gone again.
        let more = project.directory.appendingPathComponent("manifests/more.yaml")
        try Data(
            (head.replacingOccurrences(of: "extra", with: "more") + "  command: [sleep, x]\n  dependsOn: [extra]\n")
                .utf8
        )
        .write(to: more)
        try editor.notify(
            "workspace/didChangeWatchedFiles",
            #"{"changes":[{"uri":"\#(editor.root)/manifests/more.yaml","type":1}]}"#
        )
        let place = #"{\#(document),"position":{"line":2,"character":18},"newName":"other"}"#
        let renamed = try editor.request("textDocument/rename", place)
        #expect(renamed.contains("manifests/more.yaml") && renamed.contains(#""newText":"other""#), "\(renamed)")
        try manager.removeItem(at: more)
        try editor.notify(
            "workspace/didChangeWatchedFiles",
            #"{"changes":[{"uri":"\#(editor.root)/manifests/more.yaml","type":3}]}"#
        )
        #expect(try !editor.request("textDocument/rename", place).contains("more.yaml"))
        #expect(
            try editor.request("textDocument/rename", place.replacingOccurrences(of: "other", with: "../x"))
                .contains("-32602")
        )
        editor.closeInput()
        #expect(try editor.wait() == 1)
    }

    @Test("rubbish is answered with errors and does not end it; a client that goes away does")
    func rubbish() throws {
        let project = try Project()
        defer { project.tearDown() }
        let editor = try Editor(project)
        defer { editor.kill() }
        editor.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try editor.next { $0.contains("-32700") }
        editor.write("Content-Length: 5\r\n\r\n{\"a\":")
        _ = try editor.next { $0.contains("-32700") }
        #expect(try editor.request("textDocument/hover", "{}").contains("-32002"))
        #expect(try editor.request("initialize", "{}").contains("capabilities"))
        editor.closeInput()
        #expect(try editor.wait() == 1)
    }

    @Test("ten thousand resources: a keystroke is answered and checked while one still types")
    func large() throws {
        var files = ["orchplan.yaml": "project: p\n"]
        for file in 0..<100 {
            files["manifests/f\(file).yaml"] = (0..<100)
                .map { number in
                    """
                    ---
                    apiVersion: orchplan/v1
                    kind: Service
                    metadata: {name: s\(file)-\(number)}
                    spec:
                      image: a:1
                      command: [sleep, "1"]
                      dependsOn: [\(file == 0 ? "" : "s\(file - 1)-\(number)")]
                      resources: {limits: {memory: 64MiB}}

                    """
                }
                .joined()
        }
        let project = try Project(files)
        defer { project.tearDown() }
        let editor = try Editor(project)
        defer { editor.kill() }
        _ = try editor.request("initialize", #"{"rootUri":"\#(editor.root)","capabilities":{}}"#)
        try editor.open("manifests/f0.yaml", files["manifests/f0.yaml"] ?? "")
        _ = try editor.next(within: 120) { $0.contains("publishDiagnostics") && $0.contains("/f0.yaml") }
        let uri = "\(editor.root)/manifests/f0.yaml"
        var slowest = Duration.zero
        for version in 2...11 {
            let start = ContinuousClock.now
            let place = #"{"line":6,"character":0}"#
            try editor.notify(
                "textDocument/didChange",
                #"{"textDocument":{"uri":"\#(uri)","version":\#(version)},"contentChanges":"#
                    + ##"[{"range":{"start":\##(place),"end":\##(place)},"text":"\##(version == 11 ? "  zz: 1" : "#")\n"}]}"##
            )
            _ = try editor.request(
                "textDocument/completion",
                #"{"textDocument":{"uri":"\#(uri)"},"position":{"line":3,"character":6}}"#
            )
            slowest = max(slowest, ContinuousClock.now - start)
        }
        let start = ContinuousClock.now
        _ = try editor.next(within: 120) { $0.contains("publishDiagnostics") && $0.contains(#""version":11"#) }
        print(
            "language server, 10,000 resources: slowest answer \(slowest), all checked after \(ContinuousClock.now - start)"
        )
        // Generous: the machine is busy and the program unoptimised.
        #expect(slowest < .seconds(5))
    }
}

/// A client of a running language server.
private final class Editor {
    let root: String
    private let pid: pid_t
    private var input: Int32
    private let output: Int32
    private var buffer: [UInt8] = []
    private var requests = 0

    init(_ project: Project) throws {
        root = "file://" + project.directory.path
        var toServer: [Int32] = [0, 0]
        var fromServer: [Int32] = [0, 0]
        guard pipe(&toServer) == 0, pipe(&fromServer) == 0 else { throw TestFailure("no pipe") }
        for descriptor in toServer + fromServer { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        signal(SIGPIPE, SIG_IGN)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toServer[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromServer[1], 1)
        let words = ["/usr/bin/env", "-C", project.directory.path, Orchplan.binary.path, "lsp", "--stdio"]
        var argv = words.map { strdup($0) } + [nil]
        var envp = project.orchplan.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var child: pid_t = 0
        guard posix_spawn(&child, "/usr/bin/env", &actions, nil, &argv, &envp) == 0 else {
            throw TestFailure("the server does not start")
        }
        pid = child
        close(toServer[0])
        close(fromServer[1])
        input = toServer[1]
        output = fromServer[0]
    }

    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    private func send(_ message: String) { write("Content-Length: \(message.utf8.count)\r\n\r\n\(message)") }

    func notify(_ method: String, _ parameters: String) throws {
        send(#"{"jsonrpc":"2.0","method":"\#(method)","params":\#(parameters)}"#)
    }

    func open(_ path: String, _ text: String) throws {
        let quoted = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
        try notify(
            "textDocument/didOpen",
            #"{"textDocument":{"uri":"\#(root)/\#(path)","languageId":"yaml","version":1,"text":\#(quoted)}}"#
        )
    }

    func request(_ method: String, _ parameters: String) throws -> String {
        requests += 1
        send(#"{"jsonrpc":"2.0","id":\#(requests),"method":"\#(method)","params":\#(parameters)}"#)
        let number = requests
        return try next { $0.contains(#""id":\#(number),"#) }
    }

    /// The next message that fits; those before it are passed over.
    func next(within seconds: Int32 = 60, _ fits: (String) -> Bool) throws -> String {
        while true {
            if let message = takeMessage() {
                if fits(message) { return message }
                continue
            }
            var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, seconds * 1000) > 0 else { throw TestFailure("no message that fits") }
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(output, &chunk, chunk.count)
            guard count > 0 else { throw TestFailure("the server is gone") }
            buffer += chunk[..<count]
        }
    }

    private func takeMessage() -> String? {
        guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let header = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
        guard let length = Int(header.split(separator: " ").last ?? ""), buffer.count >= end.upperBound + length else {
            return nil
        }
        defer { buffer.removeFirst(end.upperBound + length) }
        return String(decoding: buffer[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
    }

    func closeInput() {
        guard input >= 0 else { return }
        close(input)
        input = -1
    }

    func wait() throws -> Int32 {
        var status: Int32 = 0
        for _ in 0..<2000 {
            if waitpid(pid, &status, WNOHANG) == pid { return (status >> 8) & 0xFF }
            usleep(5000)
        }
        throw TestFailure("the server does not end")
    }

    func kill() {
        closeInput()
        close(output)
        if Glibc.kill(pid, 0) == 0 { Glibc.kill(pid, SIGKILL) }
        waitpid(pid, nil, WNOHANG)
    }
}
