import ResourceModel
import Testing

@testable import Manifests

/// Names that a driver makes host names of are judged where they are written.
@Suite("Names for drivers with host names")
struct HostNameTests {
    private var capabilities: Capabilities {
        Capabilities(driver: "cluster", nativeRollout: true, needsHostNames: true)
    }

    private func network(_ name: String, _ spec: String) -> String {
        "---\napiVersion: orchplan/v1\nkind: Network\nmetadata: {name: \(name)}\nspec: {\(spec)}\n"
    }

    @Test(
        "a dot within and a sign at the end are told at the name, with both ways out",
        arguments: [
            "my.web", "web-", "web_", "web.",
        ]
    )
    func refused(_ name: String) async {
        let result = await compile(["test.yaml": service(name, "image: a:1")], capabilities: capabilities)
        #expect(result.codes == ["invalid-name"] && result.graph == nil)
        #expect(result.text.contains("the driver cluster takes no Service of the name `\(name)`"))
        #expect(result.text.contains("test.yaml:5:9") && result.text.contains("`name` under `spec`"))
        let others = await compile(["test.yaml": service(name, "image: a:1")])
        #expect(others.codes.isEmpty, "another driver takes it")
    }

    @Test("a name of its own counts in its place; what somebody else made has any name")
    func given() async {
        func codes(_ text: String) async -> [String] {
            await compile(["test.yaml": text], capabilities: capabilities).codes
        }
        #expect(await codes(service("my.web", "image: a:1\nname: web")).isEmpty)
        #expect(await codes(service("web", "image: a:1\nname: my.web")) == ["invalid-name"])
        #expect(await codes(network("a.b", "")) == ["invalid-name"])
        #expect(await codes(network("a.b", "external: true, name: x.y")).isEmpty)
        #expect(await codes(service(String(repeating: "a", count: 63), "image: a:1")).isEmpty, "it is cut")
    }
}
