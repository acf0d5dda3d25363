import OrchplanTestSupport
import ResourceModel
import SourceDiagnostics
import Testing

@testable import LanguageServer

@Suite("What is answered about a place")
struct AnswerTests {
    private static let others = """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: db}
        spec: {image: db:1, networks: [back], environment: {P: {secret: password}}}
        ---
        apiVersion: orchplan/v1
        kind: Network
        metadata: {name: back}
        ---
        apiVersion: orchplan/v1
        kind: Secret
        metadata: {name: password}
        spec: {environment: HUNTER2}
        ---
        apiVersion: orchplan/v1
        kind: Volume
        metadata: {name: data}
        """

    private static func client() async -> Client {
        var client = Client(["orchplan.yaml": "project: p\n", "manifests/others.yaml": others])
        await client.start()
        return client
    }

    /// What is offered at `‸`, as `label -> inserted text`.
    private func completion(_ text: String, file: String = "manifests/web.yaml") async -> [String] {
        var client = await Self.client()
        let (whole, place) = marked(text)
        await client.open(file, whole)
        let answer = await client.ask("completion", file, place)
        return answer["items"]?.array?
            .map { item in
                let label = item["label"]?.string ?? ""
                let new = item["textEdit", "newText"]?.string ?? ""
                return label == new ? label : "\(label) -> \(new)"
            } ?? []
    }

    private static let head = "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec:\n"

    @Test("completion fits the place, in documents that do not parse as well")
    func completions() async {
        var golden = ""
        for text in [
            "‸", "apiVersion: ‸", "apiVersion: orchplan/v1\nkind: S‸", "kind: Volume\nspec:\n  ext‸",
            "kind: Network\nspec:\n  ipam:\n    subnets:\n      - ‸",
            Self.head + "  image: a\n  healthcheck:\n    ‸\n  init: true\n",
            Self.head + "  update: {order: ‸", Self.head + "  update: {order: startFirst, ‸}\n",
            Self.head + "  readOnly:‸\n", Self.head + "  networks: [b‸\n  ports:\n    - target: 80\n",
            Self.head + "  dependsOn:\n    - service: ‸\n      condition: healthy\n",
            Self.head + "  mounts:\n    - d‸\n", Self.head + "  secrets:\n    ‸\n",
            Self.head + "  environment:\n    PASSWORD: {secret: ‸}\n", Self.head + "  stopGracePeriod: ‸\n",
            Self.head + "  image: a # what ‸\n", Self.head + "  content: |\n    ke‸\n", "kind: ‸\n---\nkind: Config\n",
            Self.head + "  ports:\n    - target: 80\n      pro‸: tcp\n",
            "# orchplan: ignore=image-d‸\nkind: Service\n",
        ] {
            golden += "=== \(text)\n" + (await completion(text)).joined(separator: "\n") + "\n\n"
        }
        let project = await completion("project: p\nlint:\n  rules:\n    image‸", file: "orchplan.yaml")
        golden +=
            "=== orchplan.yaml: lint.rules\n" + project.filter { $0.hasPrefix("image") }.joined(separator: "\n") + "\n"
        let mismatch = GoldenFile("completion.txt").mismatch(golden)
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    @Test("hovering tells fields, kinds, references and codes, and no bytes of a secret")
    func hovers() async {
        let text =
            Self.head
            + "  image: a:1\n  networks: [back]\n  ports: [{target: 80, mode: host}]\n  replcas: 2\n  environment:\n"
            + "    TOKEN: hunter2-hunter2\n"
        var golden = ""
        for place in [(0, 2), (1, 8), (2, 12), (4, 4), (5, 14), (6, 24), (7, 4), (9, 14), (3, 1)] {
            var client = await Self.client()
            await client.open("manifests/web.yaml", text)
            let answer = await client.ask("hover", "manifests/web.yaml", TextPosition(line: place.0, column: place.1))
            golden += "=== \(place)\n\(answer["contents", "value"]?.string ?? "nothing")\n\n"
            #expect(
                !client.transcript.split(separator: "\n").contains { $0.hasPrefix("<--") && $0.contains("hunter2") }
            )
        }
        let mismatch = GoldenFile("hover.txt").mismatch(golden)
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    @Test("definitions and references go through open texts and closed files")
    func navigation() async {
        var client = await Self.client()
        let file = "manifests/web.yaml"
        await client.open(file, Self.head + "  image: a:1\n  networks: [\"back\"]\n  mounts: [data:/x, /srv:/y]\n")
        func places(_ value: CanonicalValue) -> [String] {
            (value.array ?? [value])
                .map { location in
                    let start = location["range", "start"] ?? .null
                    let name = location["uri"]?.string?.split(separator: "/").last.map(String.init) ?? ""
                    return "\(name):\(start["line"]?.integer ?? -1):\(start["character"]?.integer ?? -1)"
                }
        }
        #expect(places(await client.ask("definition", file, TextPosition(line: 5, column: 15))) == ["others.yaml:7:17"])
        #expect(
            places(await client.ask("definition", file, TextPosition(line: 6, column: 13))) == ["others.yaml:16:17"]
        )
        #expect(await client.ask("definition", file, TextPosition(line: 6, column: 22)) == .null)
        let include = #","context":{"includeDeclaration":true}"#
        let back = await client.ask("references", file, TextPosition(line: 5, column: 15), include)
        #expect(places(back) == ["others.yaml:7:17", "web.yaml:5:14", "others.yaml:3:31"])
        // The same when the other file is open, and its text is another one by now.
        await client.open("manifests/others.yaml", "# more\n" + Self.others)
        let moved = await client.ask("references", file, TextPosition(line: 5, column: 15), include)
        #expect(places(moved) == ["others.yaml:8:17", "others.yaml:4:31", "web.yaml:5:14"])
        // From the declaration, too, and of secrets in the environment.
        let own = await client.ask("references", "manifests/others.yaml", TextPosition(line: 12, column: 18), include)
        #expect(places(own) == ["others.yaml:12:17", "others.yaml:4:64"])
    }

    @Test("a new name reaches every place in open texts and closed files, or none")
    func renames() async {
        var client = await Self.client()
        let file = "manifests/web.yaml"
        let text = Self.head + "  image: a:1 # 🙂\n  networks: [{network: 'back'}]\n  mounts: [data:/data, /data:/y]\n"
        await client.open(file, text)
        func edits(_ value: CanonicalValue) -> [String] {
            (value["changes"]?.object ?? [])
                .flatMap { member in
                    (member.value.array ?? [])
                        .map { edit in
                            let (from, to) = (edit["range", "start"] ?? .null, edit["range", "end"] ?? .null)
                            let name = member.key.split(separator: "/").last ?? ""
                            return "\(name):\(from["line"]?.integer ?? -1):\(from["character"]?.integer ?? -1)"
                                + "-\(to["character"]?.integer ?? -1) \(edit["newText"]?.string ?? "")"
                        }
                }
        }
        func rename(_ line: Int, _ column: Int, _ name: String) async -> CanonicalValue {
            await client.ask(
                "rename",
                file,
                TextPosition(line: line, column: column),
                #","newName":\#(CanonicalText(CanonicalText(text: name)).text)"#
            )
        }
        #expect(
            edits(await rename(5, 24, "inner"))
                == ["others.yaml:7:17-21 inner", "others.yaml:3:31-35 inner", "web.yaml:5:24-28 inner"]
        )
        #expect(edits(await rename(6, 13, "disk")) == ["others.yaml:16:17-21 disk", "web.yaml:6:11-15 disk"])
        // Its own name, which nobody mentions.
        #expect(edits(await rename(2, 18, "front")) == ["web.yaml:2:17-20 front"])
        for (line, column, name, words) in [
            (2, 18, "db", "there is a Service `db` already"), (2, 18, "../x", "cannot be a name"),
            (4, 4, "x", "no resource is named here"),
        ] {
            let answer = await rename(line, column, name)
            #expect(answer["error", "message"]?.string?.contains(words) == true, "\(answer)")
        }
        let asked = await client.ask("prepareRename", file, TextPosition(line: 5, column: 24))
        #expect(asked["placeholder"]?.string == "back" && asked["range", "start", "character"]?.integer == 24)
        #expect(await client.ask("prepareRename", file, TextPosition(line: 4, column: 4)) == .null)
        // A name that comes from a variable cannot be changed along.
        client.files.files["/p/manifests/more.yaml"] =
            "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: more}\n"
            + "spec: {image: a:1, networks: [\"${NET:-back}\"]}\n"
        await client.notify("workspace/didChangeWatchedFiles", #"{"changes":[]}"#)
        let refused = await rename(5, 24, "inner")
        #expect(refused["error", "message"]?.string?.contains("manifests/more.yaml:4") == true, "\(refused)")
    }

    @Test("symbols are the resources, of documents that do not parse as well")
    func symbols() async {
        var client = await Self.client()
        await client.open(
            "manifests/web.yaml",
            "kind: Service\nmetadata:\n  name: wéb\nspec: [\n---\nkind: Config\n---\n# none\n"
        )
        let uri = #"{"textDocument":{"uri":"file:///p/manifests/web.yaml"}}"#
        let symbols = await client.request("textDocument/documentSymbol", uri)
        #expect(symbols.array?.map { $0["name"]?.string } == ["wéb", "(no name)"])
        #expect(symbols.array?.map { $0["detail"]?.string } == ["Service", "Config"])
        let found = await client.request("workspace/symbol", #"{"query":"vda"}"#)
        #expect(found.array?.map { $0["name"]?.string } == ["data"])
    }

    @Test(
        "advice becomes edits that fit the text, counted as the client counts",
        arguments: [("utf-8", 28), ("utf-16", 24)]
    )
    func actions(encoding: String, column: Int64) async {
        var client = Client(["orchplan.yaml": "project: p\n", "manifests/others.yaml": Self.others])
        await client.start(encoding: encoding)
        let text =
            "apiVersion: orchplan/v1\r\nkind: Service\r\nmetadata: {name: web}\r\n"
            + "spec: {hostname: \"漢😀\", replcas: 2, networks: [bakc]}\r\n"
        await client.open("manifests/web.yaml", text)
        let range = #"{"start":{"line":3,"character":0},"end":{"line":4,"character":0}}"#
        let answer = await client.request(
            "textDocument/codeAction",
            #"{"textDocument":{"uri":"file:///p/manifests/web.yaml"},"range":\#(range),"context":{"diagnostics":[]}}"#
        )
        func edit(_ title: String) -> CanonicalValue? {
            let action = answer.array?.first { $0["title"] == .string(title) }
            #expect(action?["diagnostics"]?.array?.first?["code"] != nil)
            return action?["edit", "changes", "file:///p/manifests/web.yaml"]?.array?.first
        }
        let key = edit("change to `replicas`")
        #expect(key?["newText"] == .string("replicas"))
        #expect(key?["range", "start"] == JSON.object(["line": .integer(3), "character": .integer(column)]))
        #expect(key?["range", "end"] == JSON.object(["line": .integer(3), "character": .integer(column + 7)]))
        // Where the advice has no edits of its own, the word that is named is changed.
        let name = edit("change to `back`")
        #expect(name?["newText"] == .string("back"))
        #expect(name?["range", "start", "character"] == .integer(column + 23))
    }

    @Test("formatting changes the lines that need it, and no text that cannot be read")
    func formatting() async {
        var client = await Self.client()
        let options = #"{"textDocument":{"uri":"file:///p/manifests/web.yaml"},"options":{"tabSize":2}}"#
        await client.open("manifests/web.yaml", Self.head + "  image:   a:1 # 漢\n  hostname: h\n")
        let edits = await client.request("textDocument/formatting", options)
        #expect(edits.array?.count == 1)
        #expect(edits.array?.first?["newText"] == .string("  image: a:1 # 漢\n"))
        #expect(edits.array?.first?["range", "start", "line"] == .integer(4))
        #expect(edits.array?.first?["range", "end"] == JSON.object(["line": .integer(5), "character": .integer(0)]))
        await client.replace("manifests/web.yaml", Self.head + "  image:   [\n", version: 2)
        #expect(await client.request("textDocument/formatting", options) == .array([]))
        let deep = Self.head + "  labels: " + String(repeating: "[", count: 200_000) + "\n"
        await client.replace("manifests/web.yaml", deep, version: 3)
        #expect(await client.request("textDocument/formatting", options) == .array([]))
    }

    @Test("a document cut off at any byte, or spoiled at any, is answered about")
    func cutOff() async {
        var client = await Self.client()
        let text = Array(
            (Self.head + "  ports: [{target: 80, published: \"1-2\"}, 8080:80]\n  mounts:\n    - data:/x\n"
                + "  content: |\n    a: b\n  é: &x {a: 'it''s', b: \"\\\"\"}\n---\nkind: Secret\n")
                .utf8
        )
        for end in 0...text.count {
            for spoiled in [nil, UInt8(ascii: "{"), UInt8(ascii: "'"), UInt8(ascii: "-"), 0x0A, 0x09] {
                var bytes = Array(text[..<end])
                if let spoiled {
                    bytes.append(spoiled)
                    bytes += text[end...]
                }
                let document = OpenDocument(
                    uri: "file:///p/x.yaml",
                    version: 1,
                    text: String(decoding: bytes, as: UTF8.self)
                )
                let cursor = Cursor(document, min(end, document.file.count))
                for node in cursor.outline.nodes {
                    #expect(node.start <= document.file.count && (node.value?.upperBound ?? 0) <= document.file.count)
                }
                _ = client.server.completion(cursor)
                _ = client.server.hover(cursor)
                _ = client.server.documentSymbols(document)
            }
        }
        await client.notify("exit", "null")
    }
}
