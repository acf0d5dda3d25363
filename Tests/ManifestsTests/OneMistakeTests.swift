import SourceDiagnostics
import Testing

@testable import Manifests

@Suite("One mistake is one error")
struct OneMistakeTests {
    @Test("a mode that means nothing is no other one that somebody would wait for in vain")
    func mode() async {
        let waits = "image: app:1\ndependsOn:\n  - {service: db, condition: completed}"
        func codes(_ mode: String) async -> [String] {
            await compile(service("db", "image: db:1\n\(mode)") + service("web", waits)).codes
        }
        #expect(await codes("mode: job") == ["unknown-value"])
        #expect(await codes("mode: ${M:-replicatedJob}") == [])
        for mode in ["mode: replicated", "mode: \"global\"", "mode: ${M:-replicated}", "labels: {}"] {
            #expect(await codes(mode) == ["endless-dependency"], "\(mode)")
        }
    }

    @Test("a generated secret is a map: the word in its place is no secret, and is told what to write")
    func generate() async {
        let text = "---\napiVersion: orchplan/v1\nkind: Secret\nmetadata: {name: key}\nspec:\n  generate: true\n"
        let told = await compile(text)
        #expect(told.codes == ["wrong-type"])
        #expect(told.text.contains("`generate` takes a map, not `true`"), "\(told.text)")
        #expect(told.text.contains("write `generate: {}`"), "\(told.text)")
        #expect(await compile(text.replacing("true", with: "{}")).codes.isEmpty)
        let secret = await compile(text.replacing("true", with: "hunter2"))
        #expect(!secret.text.contains("hunter2"), "\(secret.text)")
    }

    @Test("what is tagged as text is no number and no truth value")
    func tags() async {
        for (field, code) in [("replicas: !!str 3", "quoted-number"), ("init: !!str true", "invalid-bool")] {
            let told = await compile(service("web", "image: app:1\n" + field))
            #expect(told.codes == [code] && told.text.contains("remove the tag `!!str`"), "\(told.text)")
        }
        #expect(await compile(service("web", "image: app:1\nreplicas: !!int \"3\"\nuser: !!str 3")).codes.isEmpty)
    }
}
