import SourceDiagnostics
import Testing

@testable import Linting

@Suite("Comments silence rules, and have to say why")
struct SuppressionTests {
    /// Two services whose images have no tag, with room for comments.
    private func manifests(
        file: String = "",
        document: String = "",
        spec: String = "",
        above: String = "",
        behind: String = ""
    ) -> String {
        """
        \(file)
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: one}
        spec: {image: nginx}
        ---
        \(document)
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: two}
        \(spec)
        spec:
          \(above)
          image: nginx \(behind)
          tty: true

        """
    }

    @Test("behind a line, above an entry, above a document, anywhere for a file")
    func scopes() async {
        let rule = "# orchplan: ignore=image-tag tried out by hand"
        #expect(await lint(manifests()).places == ["5 image-tag", "14 image-tag", "15 terminal-of-a-service"])
        let two = ["5 image-tag", "15 terminal-of-a-service"]
        #expect(await lint(manifests(behind: rule)).places == two)
        #expect(await lint(manifests(above: rule)).places == two)
        #expect(await lint(manifests(spec: rule)).places == two)
        #expect(await lint(manifests(document: rule)).places == two)
        #expect(await lint(manifests(file: rule)).places == ["14 image-tag", "15 terminal-of-a-service"])
        let spaced = "# orchplan: ignore=privileged, image-tag tried out by hand"
        #expect(await lint(manifests(behind: spaced)).places.contains("14 image-tag") == false)
        let file = "# orchplan: ignore-file=OP5001,terminal-of-a-service it is a sample"
        #expect(await lint(manifests(behind: file)).places == [])
        #expect(
            await lint(["a.yaml": manifests(behind: file), "b.yaml": service("{image: b}")]).places == ["4 image-tag"]
        )
    }

    @Test(
        "thousands of comments above one entry are about it, and take no longer than they are long",
        .timeLimit(.minutes(1))
    )
    func manyAbove() async {
        let comments = [String](repeating: "# orchplan: ignore=image-tag tried out by hand", count: 20_000)
        let text = manifests(above: comments.joined(separator: "\n  "))
        #expect(await lint(text).places == ["5 image-tag", "20014 terminal-of-a-service"])
    }

    @Test("a comment that silences nothing is told of, one for a rule that is off is not")
    func unused() async {
        let text = manifests(behind: "# orchplan: ignore=image-tag,privileged,image-digest for a reason")
        let linted = await lint(text)
        #expect(linted.places == ["5 image-tag", "14 unused-suppression", "15 terminal-of-a-service"])
        let unused = linted.findings.first { $0.code.slug == "unused-suppression" }
        #expect(unused.flatMap(linted.text) == "privileged")
        #expect(await lint(text, levels: ["unused-suppression": "off"]).codes.contains("unused-suppression") == false)
        let raised = await lint(text, levels: ["OP5901": "error"])
        #expect(raised.findings.map(\.severity).contains(.error))
    }

    @Test("what is silenced for a swarm is not unused where one machine is looked at")
    func otherDriver() async {
        let text = service(
            "\n  image: a:1\n  # orchplan: ignore=bind-anywhere all nodes have it\n  mounts: ['/srv:/srv']"
        )
        for driver in ["swarm", "local"] { #expect(await lint(text, driver: driver).codes == []) }
    }

    @Test("while something is broken no comment is called unused")
    func broken() async {
        let text = "# orchplan: ignore=unused-resource made for another project\n" + service("{imag: a}")
        #expect(await !lint(text).codes.contains("unused-suppression"))
    }

    @Test("warnings of the compiler can be silenced, its errors cannot")
    func compiler() async {
        let warned =
            "{image: a:1, healthcheck: {command: [a], interval: 5s, timeout: 9s}} # orchplan: ignore=RULE it is slow"
        #expect(await lint(service(warned.replacing("RULE", with: "OP2025"))).codes == [])
        let wrong = service("{image: a:1, replcas: 3} # orchplan: ignore=unknown-field because")
        #expect(await lint(wrong).codes == ["unknown-field", "unknown-suppression"])
        let needless = service("{image: a:1} # orchplan: ignore=unknown-field because")
        #expect(await lint(needless).codes == ["unused-suppression"])
    }

    @Test("without a reason, with a rule that does not exist, and what is not understood")
    func faults() async {
        let bare = await lint(manifests(behind: "# orchplan: ignore=image-tag"))
        #expect(bare.codes == ["image-tag", "suppression-without-reason", "terminal-of-a-service"])
        let mistyped = await lint(manifests(behind: "# orchplan: ignore=imge-tag because"))
        let unknown = mistyped.findings.first { $0.code.slug == "unknown-suppression" }
        #expect(unknown.flatMap(mistyped.text) == "imge-tag")
        #expect(unknown?.help.first?.text == "did you mean `image-tag`?")
        let numbered = await lint(manifests(behind: "# orchplan: ignore=op5001 because"))
        #expect(numbered.codes == ["image-tag", "terminal-of-a-service"])
        let strange = await lint(manifests(behind: "# orchplan: please be quiet"))
        #expect(strange.codes.contains("unknown-suppression"))
        // Without its colon, or as a sentence begins, it is no order, and silences nothing; other comments are their own.
        for (comment, isTold) in [
            ("# orchplan ignore=image-tag because", true), ("# Orchplan: ignore=image-tag because", true),
            ("# orchplan runs this", false),
        ] {
            let told = await lint("\(comment)\n" + service("{image: 'shop/web:1', command: [x]}"))
            #expect(told.codes.contains("unknown-suppression") == isTold, "\(comment)")
        }
    }

    @Test("text that looks like a comment and is none silences nothing")
    func texts() async {
        let text = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: web}
            spec:
              image: nginx
              environment:
                A: "x # orchplan: ignore-file=image-tag because"
                B: |
                  # orchplan: ignore-file=image-tag because
            """
        #expect(await lint(text).codes == ["image-tag"])
    }

    @Test("the items of a list belong to the key above them")
    func lists() async {
        let text = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: web}
            spec:
              image: nginx:1
              # orchplan: ignore=data-port-published it is behind a firewall
              ports:
              - 5432:5432
              - 6379:6379
              healthcheck: {command: [check]}
              mounts:
              # orchplan: ignore=sensitive-host-path it configures the node
              - /etc:/etc
              - /usr:/usr
              replicas: 2
              placement: {constraints: [node.role == manager]}
            """
        #expect(await lint(text).places == ["14 sensitive-host-path"])
    }
}
