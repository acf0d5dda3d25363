import OrchplanTestSupport
import ResourceModel
import Testing

@testable import LanguageServer

@Suite("The protocol is kept, whatever a client sends")
struct ProtocolTests {
    private static let broken = "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec: {imagee: a:1}\n"
    private static let mended = "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec: {image: a:1}\n"

    @Test("a session from initialize to exit reads like this")
    func session() async {
        var client = Client(["orchplan.yaml": "project: p\nlint: {rules: {image-tag: off, no-healthcheck: off}}\n"])
        await client.start()
        await client.open("manifests/web.yaml", Self.broken)
        await client.replace("manifests/web.yaml", Self.mended, version: 2)
        await client.request("shutdown", "null")
        await client.notify("exit", "null")
        #expect(client.exitCode == 0)
        let mismatch = GoldenFile("session.txt").mismatch(client.transcript)
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    @Test("requests at the wrong time, of the wrong form or of no method are answered with the right error")
    func errors() async {
        var client = Client()
        func code(_ answer: CanonicalValue) -> Int64? { answer["error", "code"]?.integer }
        #expect(code(await client.request("textDocument/hover", "{}")) == -32002)
        await client.start()
        #expect(code(await client.request("initialize", "{}")) == -32600)
        #expect(code(await client.request("nonsense", "{}")) == -32601)
        #expect(code(await client.request("textDocument/hover", "{}")) == -32602)
        #expect(
            code(await client.ask("hover", "unknown.yaml", TextPosition(line: 0, column: 0))) == -32602
        )
        let before = client.received.count
        await client.send("{", "[]", #"{"jsonrpc":"1.0"}"#, #"{"jsonrpc":"2.0","id":{},"method":"x"}"#)
        await client.send(malformed: "a message without Content-Length")
        #expect(
            client.received[before...].map { $0["error", "code"]?.integer } == [-32700, -32600, -32600, -32600, -32700]
        )
        // Answers, unknown notifications and changes of unknown documents are passed over.
        let quiet = client.received.count
        await client.send(#"{"jsonrpc":"2.0","id":"watch","result":null}"#)
        await client.notify("$/setTrace", "{}")
        await client.notify("textDocument/didChange", #"{"textDocument":{"uri":"file:///x"}}"#)
        await client.notify("textDocument/didClose", "[]")
        #expect(client.received.count == quiet)
        await client.request("shutdown", "null")
        #expect(code(await client.request("workspace/symbol", "{}")) == -32600)
        #expect(client.exitCode == nil)
    }

    @Test("the exit code tells whether the server was shut down before")
    func exitCodes() async {
        for (shutsDown, closes) in [(true, false), (true, true), (false, false), (false, true)] {
            var client = Client()
            await client.start()
            if shutsDown { await client.request("shutdown", "null") }
            if closes { await client.closeInput() } else { await client.notify("exit", "null") }
            #expect(client.exitCode == (shutsDown ? 0 : 1))
        }
    }

    @Test("a cancelled request gets its own error, whether it waits or came just before")
    func cancellation() async {
        var client = Client()
        await client.start()
        await client.open("manifests/web.yaml", Self.broken)
        await client.send(
            #"{"jsonrpc":"2.0","id":"a","method":"workspace/symbol","params":{"query":""}}"#,
            #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"a"}}"#
        )
        #expect(client.received.last?["error", "code"] == .integer(-32800))
        client.holdsChecks = true
        await client.replace("manifests/web.yaml", Self.broken + "# x\n", version: 2)
        let range = #"{"start":{"line":3,"character":8},"end":{"line":3,"character":8}}"#
        let action = { (id: String) in
            #"{"jsonrpc":"2.0","id":"\#(id)","method":"textDocument/codeAction","params":{"textDocument":"#
                + #"{"uri":"file:///p/manifests/web.yaml"},"range":\#(range),"context":{"diagnostics":[]}}}"#
        }
        await client.send(action("b"))
        await client.send(action("c"))
        #expect(!client.received.contains { $0["id"] == .string("b") })
        await client.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"b"}}"#)
        #expect(client.received.last?["error", "code"] == .integer(-32800))
        await client.release()
        let answer = client.received.last { $0["id"] == .string("c") }
        #expect(answer?["result"]?.array?.first?["title"] == .string("change to `image`"))
    }

    @Test("messages are cut out of any stream of bytes, also behind broken ones")
    func framing() {
        let messages = ["{}", "{\"a\":\"ä\"}", "", "[1,2]"]
        let stream = messages.flatMap { message in
            Array("content-length:  \(message.utf8.count)\r\nContent-Type: x\r\n\r\n\(message)".utf8)
        }
        for step in [1, 2, 3, 7, stream.count] {
            var reader = FrameReader()
            var found: [String] = []
            for start in Swift.stride(from: 0, to: stream.count, by: step) {
                reader.append(stream[start..<min(start + step, stream.count)])
                while case .message(let bytes)? = reader.next() { found.append(String(decoding: bytes, as: UTF8.self)) }
            }
            #expect(found == messages)
        }
        var reader = FrameReader()
        reader.append("Hello\r\n\r\n{\"x\":1}Content-Length: 2\r\n\r\n{}".utf8)
        guard case .malformed? = reader.next() else { return #expect(Bool(false), "no complaint") }
        #expect(reader.next() == .message(Array("{}".utf8)))
        reader.append([UInt8](repeating: 0x78, count: 100_000))
        guard case .malformed? = reader.next() else { return #expect(Bool(false), "no complaint") }
    }
}
