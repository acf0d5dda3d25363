import ResourceModel
import Testing

@testable import Manifests

@Suite("Overlays merge by address before anything is checked")
struct OverlayTests {
    private let base =
        service(
            "web",
            """
            image: a:1
            replicas: 1
            environment: {A: one, B: two}
            ports:
              - {name: http, target: 80, published: 8080}
              - 9000:90
            mounts: ['data:/d', 'data:/e']
            healthcheck: {tcp: {port: 80}, interval: 10s, timeout: 2s}
            labels: {x: y}
            command: [a, b]
            """
        ) + "---\napiVersion: orchplan/v1\nkind: Volume\nmetadata: {name: data}\nspec: {}\n"

    private func overlaid(_ spec: String) async -> CompileResult {
        await compile(["web.yaml": base], overlays: ["web.yaml": service("web", spec)])
    }

    @Test("maps and named lists merge, other lists are replaced, null removes")
    func merges() async {
        let result = await overlaid(
            """
            replicas: 3
            environment: {B: null, C: three}
            ports:
              - {name: http, target: 80, published: 9999}
              - 7000:70
            mounts: [{source: data, target: /d, readOnly: true}]
            healthcheck: {tcp: null, http: {port: http}, interval: 20s}
            labels: null
            command: [c]
            """
        )
        #expect(result.diagnostics.isEmpty, "\(result.text)")
        let spec = result.service()
        #expect(spec?.image == "a:1")
        #expect(spec?.replicas == 3)
        #expect(spec?.environment == ["A": .text("one"), "C": .text("three")])
        #expect(spec?.ports.map(\.published?.first) == [9999, 9000, 7000])
        #expect(spec?.mounts.map(\.readOnly) == [true, false])
        #expect(spec?.healthcheck?.http?.port == 80)
        #expect(spec?.healthcheck?.tcp == nil)
        #expect(spec?.healthcheck?.interval == .seconds(20))
        #expect(spec?.healthcheck?.timeout == .seconds(2))
        #expect(spec?.labels == [:])
        #expect(spec?.command == ["c"])
    }

    @Test("a fault is shown in the document that said it")
    func positions() async throws {
        let result = await overlaid(
            "replicas: 2\nresources: {limits: {cpus: 1}, reservations: {cpus: 2}}\nmode: global"
        )
        let conflict = try #require(result.diagnostics.first { $0.message.contains("global service") })
        #expect(result.sources.place(of: try #require(conflict.primary).range) == "/p/overlays/web.yaml:7:13")
        let address = ResourceAddress(.service, "web")
        #expect(result.fieldRange(address, "image").flatMap(result.sources.place(of:)) == "web.yaml:7:10")
        #expect(result.fieldRange(address, "mode").flatMap(result.sources.place(of:)) == "/p/overlays/web.yaml:9:9")
        #expect(result.fieldRange(address, "ports[1]").flatMap(result.sources.place(of:)) == "web.yaml:12:7")
    }

    @Test("what is valid only after merging is valid")
    func partialDocuments() async {
        let bare = service("web", "replicas: 2")
        let result = await compile(["a.yaml": bare], overlays: ["a.yaml": service("web", "image: a:1")])
        #expect(result.graph != nil, "\(result.text)")
    }

    @Test("a path is relative to the document that says it")
    func paths() async {
        let config = "---\napiVersion: orchplan/v1\nkind: Config\nmetadata: {name: c}\nspec: "
        let files = ["/p/manifests/a.env": "A=base\n", "/p/overlays/a.env": "A=overlay\n", "/p/manifests/c": "base"]
        for (spec, expected) in [("replicas: 2", "base"), ("envFiles: [a.env]", "overlay")] {
            let result = await compile(
                ["a.yaml": service("web", "image: a:1\nenvFiles: [a.env]") + config + "{file: c}\n"],
                overlays: ["a.yaml": service("web", spec) + config + "{labels: {x: y}}\n"],
                change: { memory, _ in memory.files.merge(files) { $1 } }
            )
            #expect(result.diagnostics.isEmpty, "\(result.text)")
            #expect(result.service()?.environment == ["A": .text(expected)])
            let content = result.partial[ResourceAddress(.config, "c")]?.spec.config?.content
            #expect(content?.bytes == Array("base".utf8))
        }
    }

    @Test("an overlay for nothing stands for itself")
    func lone() async {
        let result = await compile(["a.yaml": base], overlays: ["b.yaml": service("new", "image: b:2")])
        #expect(result.service("new")?.image == "b:2")
        let bad = await compile(["a.yaml": base], overlays: ["b.yaml": service("wbe", "replicas: 2")])
        #expect(bad.codes == ["undefined-reference"])
        #expect(bad.text.contains("no Service `wbe` to overlay") && bad.text.contains("did you mean `web`?"))
    }

    @Test("a document that could not be read is the only fault, whatever is laid over it or refers to it")
    func unread() async {
        await unread("  - {target: 80, published: ${PORT:-1}}", "unquoted-template")
        await unread("  - {target: 80", "unclosed-bracket")
    }

    private func unread(_ port: String, _ code: String) async {
        let broken = service("web", "image: a:1\nports:\n\(port)")
        let files = ["a.yaml": broken, "b.yaml": service("b", "image: b:1\ndependsOn: [web]")]
        let below = await compile(files, overlays: ["a.yaml": service("web", "replicas: 2")])
        #expect(below.codes == [code], "\(below.text)")
        let above = await compile(
            ["b.yaml": files["b.yaml"] ?? ""],
            overlays: ["a.yaml": broken]
        )
        #expect(above.codes == [code], "\(above.text)")
    }

    @Test("a text is called what it is: no overlay")
    func text() async {
        let result = await compile(["a.yaml": service("web", "image: a:1")], overlays: ["b.yaml": "hello"])
        #expect(result.diagnostics.map(\.message) == ["an overlay is a map, not `hello`"])
    }
}
