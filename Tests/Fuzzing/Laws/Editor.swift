import LanguageServer
import Manifests
import ResourceModel
import SourceDiagnostics

/// Bytes as what a client of the language server sends, and as a text that it asks about.
enum EditorLaws {
    static func check(_ input: [UInt8]) throws(BrokenLaw) {
        try frames(input)
        try talk(input)
        try ask(input)
    }

    /// Messages are the same however the bytes arrive.
    private static func frames(_ input: [UInt8]) throws(BrokenLaw) {
        // A header that is too long is told of when it is noticed, which depends on how much came.
        guard input.count < 8192 else { return }
        let whole = read([input[...]])
        for size in [1, 7] {
            let pieces = stride(from: 0, to: input.count, by: size)
                .map { input[$0..<min(input.count, $0 + size)] }
            try expect(read(pieces) == whole, "messages differ in pieces of \(size)")
        }
    }

    private static func read(_ pieces: [ArraySlice<UInt8>]) -> [FrameReader.Frame] {
        var reader = FrameReader()
        var frames: [FrameReader.Frame] = []
        for piece in pieces {
            reader.append(piece)
            while let frame = reader.next() { frames.append(frame) }
        }
        return frames
    }

    /// Whatever is said, the server goes on, and what is a request is answered once.
    private static func talk(_ input: [UInt8]) throws(BrokenLaw) {
        var server = LanguageServer(version: "fuzz")
        _ = server.handle(.frames([.message(Array(initialize.utf8))]))
        for frame in read([input[...]]) + [.message(input)] {
            let effects = server.handle(.frames([frame]))
            try checkSent(effects)
            guard case .message(let bytes) = frame, let value = try? CanonicalReader.parse(bytes),
                let method = value["method"]?.string, let id = value["id"], method != "textDocument/codeAction",
                value["jsonrpc"]?.string == "2.0"
            else { continue }
            let answers = sent(effects).count { $0["id"] == id && $0["method"] == nil }
            switch id {
            case .integer, .string: try expect(answers == 1, "\(answers) answers to one request")
            default: continue
            }
        }
        try settle(&server, [])
    }

    /// Questions about a text, at a place that the text itself decides on.
    private static func ask(_ input: [UInt8]) throws(BrokenLaw) {
        var writer = CanonicalWriter()
        writer.string(String(decoding: input, as: UTF8.self))
        let text = String(decoding: writer.bytes, as: UTF8.self)
        let line = input.isEmpty ? 0 : input.count { $0 == 0x0A } * Int(input[input.count / 2]) / 128
        let column = input.isEmpty ? 0 : Int(input[input.count - 1]) / 4
        let document = #""textDocument":{"uri":"file:///p/fuzz.yaml""#
        let position = #"{"line":\#(line),"character":\#(column)}"#
        let place = #"{\#(document)},"position":\#(position),"context":{"diagnostics":[]}"#
        let range = #""range":{"start":{"line":0,"character":0},"end":\#(position)}"#
        let methods = ["completion", "hover", "definition", "references", "documentSymbol", "formatting", "codeAction"]
        var messages = [
            initialize,
            #"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{\#(document),"version":1,"text":\#(text)}}}"#,
        ]
        for (id, method) in methods.enumerated() {
            messages.append(
                #"{"jsonrpc":"2.0","id":\#(id + 2),"method":"textDocument/\#(method)","params":\#(place),\#(range)}}"#
            )
        }
        messages.append(
            #"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{\#(document),"version":2},"#
                + #""contentChanges":[{\#(range),"text":"kind: é\n"}]}}"#
        )
        var server = LanguageServer(version: "fuzz")
        let effects = server.handle(.frames(messages.map { .message(Array($0.utf8)) }))
        var answers = try settle(&server, effects)
        answers.removeAll { $0["method"] != nil }
        try expect(answers.count == methods.count + 1, "\(answers.count) answers to \(methods.count + 1) requests")
    }

    private static let initialize =
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{"textDocument":{"codeAction":"#
        + #"{"codeActionLiteralSupport":{}},"publishDiagnostics":{"relatedInformation":true}}}}}"#

    /// Does what the server wants done until it wants nothing more; gives all that it sent.
    @discardableResult
    private static func settle(
        _ server: inout LanguageServer,
        _ effects: [ServerEffect]
    ) throws(BrokenLaw) -> [CanonicalValue] {
        var left = effects[...]
        var messages: [CanonicalValue] = []
        var rounds = 0
        while let effect = left.popFirst() {
            rounds += 1
            try expect(rounds < 1000, "the server never comes to rest")
            switch effect {
            case .send: messages += sent([effect])
            case .wake(let number, _): left += server.handle(.woke(number))
            case .check(let job):
                let result = try finished { await checker.check(job) }
                left += server.handle(.checked(result))
            case .end: break
            }
        }
        return messages
    }

    private static let checker = Checker(
        Surroundings(files: FolderOfTexts([:]), environment: ["A": "1"], version: "fuzz") { _ in nil }
    )

    private static func sent(_ effects: [ServerEffect]) -> [CanonicalValue] {
        effects.compactMap { effect in
            guard case .send(let bytes) = effect else { return nil }
            return try? CanonicalReader.parse(bytes)
        }
    }

    private static func checkSent(_ effects: [ServerEffect]) throws(BrokenLaw) {
        for case .send(let bytes) in effects {
            try expect((try? CanonicalReader.parse(bytes)) != nil, "what is sent is no JSON")
        }
    }
}
