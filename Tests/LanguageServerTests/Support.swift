import Manifests
import ResourceModel
import SourceDiagnostics

@testable import LanguageServer

/// Files in memory, below `/p`.
struct MemoryFiles: ManifestFiles {
    var files: [String: String] = [:]

    private func isFolder(_ path: String) -> Bool {
        files.keys.contains { $0.hasPrefix(path == "/" ? "/" : path + "/") }
    }

    func status(_ path: String) throws(FileProblem) -> FileStatus? {
        let inode = UInt64(bitPattern: Int64(path.hashValue))
        let identity = FileIdentity(device: 1, inode: inode)
        if let text = files[path] {
            return FileStatus(kind: .regular, size: text.utf8.count, mode: 0o600, identity: identity)
        }
        return isFolder(path) ? FileStatus(kind: .directory, size: 0, mode: 0o755, identity: identity) : nil
    }

    func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] {
        var names: [String: DirectoryEntry.Kind] = [:]
        for path in files.keys where path.hasPrefix(directory + "/") {
            let rest = path.dropFirst(directory.count + 1).split(separator: "/")
            if let first = rest.first { names[String(first)] = rest.count > 1 ? .directory : .regular }
        }
        return names.map { DirectoryEntry(name: $0.key, kind: $0.value) }
    }

    func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
        guard let text = files[path] else { throw .missing }
        return SourceFile(path: shownAs, text: text)
    }

    func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile { throw .missing }

    func canonical(_ path: String) -> String? { files[path] != nil || isFolder(path) ? path : nil }
}

/// A client that drives the server as a value; waits are over at once and checks are awaited.
struct Client {
    private(set) var server = LanguageServer(version: "test")
    var files: MemoryFiles
    /// Everything that was sent and came back, as lines of JSON.
    private(set) var transcript = ""
    private(set) var received: [CanonicalValue] = []
    private(set) var exitCode: Int32?
    /// Checks whose results are kept back, for tests of what happens meanwhile.
    var holdsChecks = false
    private var held: [CheckJob] = []
    private var requests: Int64 = 0

    init(_ files: [String: String] = [:]) {
        self.files = MemoryFiles(files: Dictionary(uniqueKeysWithValues: files.map { ("/p/" + $0.key, $0.value) }))
    }

    static let capabilities = """
        {"textDocument":{"completion":{"completionItem":{"snippetSupport":true,"insertTextModeSupport":{"valueSet":[2]},\
        "documentationFormat":["markdown"]}},"hover":{"contentFormat":["markdown"]},\
        "codeAction":{"codeActionLiteralSupport":{}},"documentSymbol":{"hierarchicalDocumentSymbolSupport":true},\
        "publishDiagnostics":{"relatedInformation":true}},"workspace":{"didChangeWatchedFiles":\
        {"dynamicRegistration":true}}}
        """

    mutating func start(encoding: String = "utf-16") async {
        let general = #""general":{"positionEncodings":["\#(encoding)"]},"#
        let capabilities = "{" + general + Self.capabilities.dropFirst()
        await request("initialize", #"{"rootUri":"file:///p","capabilities":\#(capabilities)}"#)
        await notify("initialized", "{}")
    }

    /// Sends a request and gives the answer: a result, or an error under `error`.
    @discardableResult
    mutating func request(_ method: String, _ parameters: String) async -> CanonicalValue {
        requests += 1
        let before = received.count
        await send(#"{"jsonrpc":"2.0","id":\#(requests),"method":"\#(method)","params":\#(parameters)}"#)
        let answer = received[before...].first { $0["id"] == .integer(requests) && $0["method"] == nil }
        return answer?["result"] ?? answer ?? .null
    }

    mutating func notify(_ method: String, _ parameters: String) async {
        await send(#"{"jsonrpc":"2.0","method":"\#(method)","params":\#(parameters)}"#)
    }

    mutating func open(_ path: String, _ text: String, version: Int = 1) async {
        let quoted = CanonicalText(CanonicalText(text: text)).text
        await notify(
            "textDocument/didOpen",
            #"{"textDocument":{"uri":"file:///p/\#(path)","languageId":"yaml","version":\#(version),"text":\#(quoted)}}"#
        )
    }

    mutating func replace(_ path: String, _ text: String, version: Int) async {
        let quoted = CanonicalText(CanonicalText(text: text)).text
        await notify(
            "textDocument/didChange",
            #"""
            {"textDocument":{"uri":"file:///p/\#(path)","version":\#(version)},"contentChanges":[{"text":\#(quoted)}]}
            """#
        )
    }

    /// Asks about a place, from 0.
    @discardableResult
    mutating func ask(_ method: String, _ path: String, _ place: TextPosition, _ more: String = "") async
        -> CanonicalValue
    {
        await request(
            "textDocument/" + method,
            #"{"textDocument":{"uri":"file:///p/\#(path)"},"position":\#(CanonicalText(place.json).text)\#(more)}"#
        )
    }

    mutating func send(_ messages: String...) async {
        for message in messages { transcript += "--> \(message)\n" }
        await perform(server.handle(.frames(messages.map { .message(Array($0.utf8)) })))
    }

    mutating func send(malformed reason: String) async {
        await perform(server.handle(.frames([.malformed(reason)])))
    }

    mutating func closeInput() async { await perform(server.handle(.inputEnded)) }

    /// Lets the checks go on that were kept back.
    mutating func release() async {
        holdsChecks = false
        let jobs = held
        held = []
        for job in jobs { await perform([.check(job)]) }
    }

    private mutating func perform(_ effects: [ServerEffect]) async {
        for effect in effects {
            switch effect {
            case .send(let bytes):
                transcript += "<-- \(String(decoding: bytes, as: UTF8.self))\n"
                if let value = try? CanonicalReader.parse(bytes) { received.append(value) }
            case .wake(let number, _): await perform(server.handle(.woke(number)))
            case .check(let job):
                if holdsChecks {
                    held.append(job)
                    continue
                }
                let result = await Checker(surroundings).check(job)
                await perform(server.handle(.checked(result)))
            case .end(let code): exitCode = code
            }
        }
    }

    private var surroundings: Surroundings {
        Surroundings(files: files, environment: [:], version: "test") { _ in nil }
    }

    /// The last diagnostics of a file: codes by line, from 1.
    func diagnostics(_ path: String) -> [String]? {
        let messages = received.filter {
            $0["method"]?.string == "textDocument/publishDiagnostics"
                && $0["params", "uri"]?.string == "file:///p/" + path
        }
        return messages.last?["params", "diagnostics"]?.array?
            .map { "\(($0["range", "start", "line"]?.integer ?? -2) + 1) \($0["code"]?.string ?? "")" }
    }
}

/// A text with a `‸` in it, and where that was.
func marked(_ text: String, _ encoding: PositionEncoding = .utf16) -> (text: String, place: TextPosition) {
    let parts = text.split(separator: "‸", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = parts.joined()
    let place = SourceFile(path: "", text: whole).place(parts[0].utf8.count, encoding)
    return (whole, place)
}
