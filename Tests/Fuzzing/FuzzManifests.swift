import Dispatch
import LanguageServer
import Linting
import Manifests
import ResourceModel
import SourceDiagnostics
import Synchronization
import YAMLDocuments

/// What the fuzzer calls with every input that it makes up: the input as the one manifest of a project.
///
/// Traps, reads of memory that is not ours and endless loops are found by the sanitizers and the fuzzer; beyond that the
/// laws below are checked, and a broken one traps.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzManifests(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    readBothWays(bytes)
    compile(bytes)
    ask(bytes)
    return 0
}

/// The scanner and libyaml read the same documents.
private func readBothWays(_ bytes: UnsafeBufferPointer<UInt8>) {
    let file = SourceFile(path: "fuzz.yaml", bytes: bytes)
    let fast = YAMLReader.read(file: file, id: SourceID(0))
    let slow = YAMLReader.read(file: file, id: SourceID(0), path: .libyaml)
    expect(fast.documents.count == slow.documents.count, "the two ways find different numbers of documents")
    expect(fast.abandoned == slow.abandoned, "the two ways give up different numbers of documents")
    expect(fast.diagnostics == slow.diagnostics, "the two ways find different faults")
    for (one, other) in zip(fast.documents, slow.documents) {
        expect(
            one.withRoot { left in other.withRoot { right in areEqual(left, right) } },
            "the two ways read different nodes"
        )
    }
}

private func areEqual(_ left: YAMLNode, _ right: YAMLNode) -> Bool {
    guard left.kind == right.kind, left.text == right.text, left.isNull == right.isNull, left.tag == right.tag,
        left.range == right.range, left.count == right.count
    else { return false }
    for (one, other) in zip(left.items, right.items) where !areEqual(one, other) { return false }
    for (one, other) in zip(left.pairs, right.pairs) {
        guard areEqual(one.key, other.key), areEqual(one.value, other.value) else { return false }
    }
    return true
}

/// Compiling, linting and telling what is wrong end, and every place that is told is in the file.
private func compile(_ bytes: UnsafeBufferPointer<UInt8>) {
    var request = CompileRequest(project: "fuzz", root: "/p", paths: ["/p/fuzz.yaml"])
    request.files = OneFile(bytes: Array(bytes))
    request.parallelism = 1
    request.variables = VariableResolver([.init("the environment", ["A": "1", "B": "{a: b}", "EMPTY": ""])])
    let result = finished(request)
    expect(result.graph == nil || !result.diagnostics.hasErrors, "a graph was made in spite of errors")
    let all = LintRegistry.check(result)
    for diagnostic in all {
        for label in [diagnostic.primary].compactMap({ $0 }) + diagnostic.secondary {
            guard let file = result.sources[label.range.file] else {
                expect(false, "a place in no file: \(diagnostic)")
                continue
            }
            expect(
                label.range.start <= label.range.end && Int(label.range.end) <= file.count,
                "a place outside of the file: \(diagnostic)"
            )
        }
    }
    _ = TextRenderer(result.sources).render(all)
    _ = JSONRenderer(result.sources).render(all)
}

/// The language server answers about any text, at a place that the text itself decides on, and about any message.
private func ask(_ bytes: UnsafeBufferPointer<UInt8>) {
    var writer = CanonicalWriter()
    writer.string(String(decoding: bytes, as: UTF8.self))
    let text = String(decoding: writer.bytes, as: UTF8.self)
    let line = bytes.isEmpty ? 0 : bytes.lazy.filter { $0 == 0x0A }.count * Int(bytes[bytes.count / 2]) / 128
    let column = bytes.isEmpty ? 0 : Int(bytes[bytes.count - 1]) / 4
    let document = #""textDocument":{"uri":"file:///p/fuzz.yaml""#
    let place = #"{\#(document)},"position":{"line":\#(line),"character":\#(column)},"context":{}}"#
    let messages = [
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#,
        #"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{\#(document),"version":1,"text":\#(text)}}}"#,
        #"{"jsonrpc":"2.0","id":2,"method":"textDocument/completion","params":\#(place)}"#,
        #"{"jsonrpc":"2.0","id":3,"method":"textDocument/hover","params":\#(place)}"#,
        #"{"jsonrpc":"2.0","id":4,"method":"textDocument/references","params":\#(place)}"#,
        #"{"jsonrpc":"2.0","id":5,"method":"textDocument/documentSymbol","params":\#(place)}"#,
    ]
    var server = LanguageServer(version: "fuzz")
    var effects = server.handle(.frames(messages.map { .message(Array($0.utf8)) }))
    effects += server.handle(.frames([.message(Array(bytes))]))
    let answers = effects.count { if case .send = $0 { true } else { false } }
    expect(answers >= 6 || isNotification(bytes), "the language server left a request without an answer")
}

/// Whether the input itself may be a message that needs no answer.
private func isNotification(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { bytes.first == UInt8(ascii: "{") }

/// Compiling is asynchronous for the sake of several cores; here it is waited for.
private func finished(_ request: CompileRequest) -> CompileResult {
    let done = DispatchSemaphore(value: 0)
    let box = Box()
    Task.detached {
        box.result.withLock { $0 = nil }
        let result = await Compiler.compile(request)
        box.result.withLock { $0 = result }
        done.signal()
    }
    done.wait()
    guard let result = box.result.withLock({ $0 }) else { fatalError("compiling gave nothing") }
    return result
}

private final class Box: Sendable {
    let result = Mutex<CompileResult?>(nil)
}

private func expect(_ condition: Bool, _ law: @autoclosure () -> String) {
    if !condition { fatalError(law()) }
}

/// A file system of one file.
private struct OneFile: ManifestFiles {
    let bytes: [UInt8]

    func status(_ path: String) throws(FileProblem) -> FileStatus? {
        guard path == "/p/fuzz.yaml" else { return nil }
        let identity = FileIdentity(device: 1, inode: 1)
        return FileStatus(kind: .regular, size: bytes.count, mode: 0o600, identity: identity)
    }

    func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] { [] }

    func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
        guard path == "/p/fuzz.yaml" else { throw .missing }
        return SourceFile(path: shownAs, bytes: bytes)
    }

    func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile { throw .missing }

    func canonical(_ path: String) -> String? { path }
}
