import Testing

@testable import SourceDiagnostics

@Suite("What looks like a secret is shown nowhere")
struct SecretTextTests {
    private static let text = """
        kind: Service
        spec:
          environment:
            DB_PASSWORD: hunter2
            API_TOKEN:
              hunter2
            DEEP_SECRET: |
              hunter2
                hunter2

              hunter2
            URL: postgres://app:hunter2@db/fourth
            "apikey":"hunter2"
          env: {LEVEL: info, ACCESS_KEY: 'hunter2', SHOWN: first}
          flow: {A_TOKEN: hunter2 hunter2, SHOWN: second}
          quoted: {A_TOKEN: "a\\"hunter2", B_TOKEN: 'a''hunter2', SHOWN: third}
          A_SECRET: correct, hunter2 staple
          list_of: ['A_TOKEN=a,hunter2', x]
          list:
            - DB_PASSWD=hunter2
          # DB_PASSWORD: hunter2
          command: [app, --password, hunter2]
          entrypoint: app --db-token=hunter2 run
          args:
            - --access-key
            - hunter2
        """

    private static let harmless = """
        kind: Service
        spec:
          environment:
            DB_PASSWORD: {secret: db-password}
            API_TOKEN:
              secret: api-token
            SHOP_TOKEN: ${TOKEN}
            TOKEN_FILE: /run/secrets/token
            URL: postgres://db/shop
          secrets: [db-password]
          rules: {plaintext-secret: error}
          placement: {constraints: ['node.labels.token==gold']}
          command: [app, --password-file, /run/secrets/x]
          image: registry/password:1
        """

    private func excerpts(_ text: String) -> String {
        var sources = SourceMap()
        let file = SourceFile(path: "web.yaml", text: text)
        let id = sources.add(file)
        let code = DiagnosticCode("OP1", "sample", "A sample.", remedy: "None.")
        let found = (1...file.lineCount)
            .map { line in
                let start = UInt32(file.lineRange(line).lowerBound)
                let range = SourceRange(file: id, start: start, end: start + 1)
                return Diagnostic(code, "x", at: range, help: [Help("y", edits: [TextEdit(range, " ")])])
            }
        return TextRenderer(sources).render(found)
    }

    private func diff(_ text: String) -> String {
        let after = text.split(separator: "\n", omittingEmptySubsequences: false).map { " \($0)" }
        return UnifiedDiff(path: "web.yaml", before: Array(text.utf8), after: Array(after.joined(separator: "\n").utf8))
            .render()
    }

    @Test("neither in an excerpt, nor in what becomes of it, nor in a diff")
    func hidden() {
        for shown in [excerpts(Self.text), diff(Self.text)] {
            #expect(!shown.contains("hunter2"), "\(shown)")
            #expect(shown.contains("DB_PASSWORD: (sensitive)") && shown.contains("LEVEL: info"), "\(shown)")
            for seen in ["(sensitive), SHOWN: first}", "SHOWN: second}", "SHOWN: third}", "app:(sensitive)@db/fourth"] {
                #expect(shown.contains(seen), "\(seen) in \(shown)")
            }
        }
    }

    @Test("in a diff the values of a Secret are hidden however far they are from what says so", .timeLimit(.minutes(1)))
    func far() {
        let labels = (0..<9000).map { "    k\($0): v" }.joined(separator: "\n")
        let shown = diff(
            "kind: Config\nspec:\n  content: plain\n---\nkind: Secret\nmetadata:\n  labels:\n\(labels)\nspec:\n  value: word\n"
        )
        #expect(shown.contains("+   value: (sensitive)") && !shown.contains("word"))
        #expect(shown.contains("-  content: plain"))
    }

    @Test("what only sounds like one is shown")
    func shown() {
        for shown in [excerpts(Self.harmless), diff(Self.harmless)] {
            #expect(!shown.contains("(sensitive)"), "\(shown)")
        }
    }
}
