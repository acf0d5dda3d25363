import Manifests
import OrchplanTestSupport
import ResourceModel
import SourceDiagnostics
import Testing

@testable import Linting

/// What fixing texts gave.
struct Fixed {
    var before: Linted
    var outcome: FixOutcome
    var texts: [String: String]

    /// Whether a second run would make a fix that this one did not.
    var holdsBack: Bool { outcome.refused.contains { $0.isHeldBack } }

    /// The text of the only file.
    var text: String { texts["a.yaml"] ?? "" }

    var diff: String {
        outcome.files.map { UnifiedDiff(path: $0.shownAs, before: $0.before, after: $0.after).render() }.joined()
    }
}

/// Fixes texts as files of `/p`.
func fix(
    _ files: [String: String],
    unsafe: Bool = true,
    levels: [String: String] = [:],
    driver: String? = nil
) async throws -> Fixed {
    var request = CompileRequest(project: "p", root: "/p", paths: files.keys.sorted().map { "/p/" + $0 })
    let edited = EditedFiles(
        MemoryFiles(files: Dictionary(uniqueKeysWithValues: files.map { ("/p/" + $0.key, $0.value) }))
    )
    request.files = edited
    let capabilities = driver.map { Capabilities(driver: $0, nativeRollout: $0 == "swarm") }
    var settings = LintSettings()
    settings.levels = levels
    let fixed = request
    let fixer = Fixer(files: edited, allowsUnsafe: unsafe) { [settings] in
        let result = await Compiler.compile(fixed)
        let found = LintRegistry.check(result, settings: settings, capabilities: capabilities)
        return FixCheck(
            sources: result.sources,
            diagnostics: result.sources.sorted(found),
            graph: result.graph
        )
    }
    let outcome = try await fixer.run()
    var texts = files
    for file in outcome.files { texts[String(file.path.dropFirst(3))] = String(decoding: file.after, as: UTF8.self) }
    return Fixed(before: await lint(files, levels: levels, driver: driver), outcome: outcome, texts: texts)
}

func fix(
    _ text: String,
    unsafe: Bool = true,
    levels: [String: String] = [:],
    driver: String? = nil
) async throws -> Fixed {
    try await fix(["a.yaml": text], unsafe: unsafe, levels: levels, driver: driver)
}

@Suite("Fixes mend what they say, and nothing else")
struct FixTests {
    @Test("a wrong name beside another fault of its entry is mended with it, and stops no fix as a new error")
    func beside() async throws {
        let text = """
            apiVersion: orchplan/v1
            kind: Secret
            metadata: {name: password}
            spec: {external: true}
            ---
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: web}
            spec: {image: a:1, secrets: [{source: pasword, mode: 440}, {source: lost, mode: 440}]}
            """
        let fixed = try await fix(text)
        let expected = "[{source: password, mode: \"0440\"}, {source: lost, mode: \"0440\"}]"
        #expect(fixed.text.contains("secrets: \(expected)"), "\(fixed.diff)")
        #expect(fixed.outcome.refused.isEmpty)
    }

    @Test("every rule's failing example, mended or left alone, is in Golden/rule-fixes.txt")
    func rules() async throws {
        var shown = ""
        for rule in LintRule.all {
            var levels = Dictionary(uniqueKeysWithValues: LintRule.all.map { ($0.code.slug, "off") })
            levels[rule.code.slug] = "warning"
            let fixed = try await fix(rule.example.failing, levels: levels)
            shown += "\(rule.code.slug): \(fixed.diff.isEmpty ? "no fix" : "fixed")\n\(fixed.diff)\n"
            let again = try await fix(fixed.text, levels: levels)
            #expect(again.outcome.files.isEmpty, "\(rule.code.slug) is fixed twice")
            guard !fixed.diff.isEmpty else { continue }
            let left = await lint(fixed.text, levels: levels)
            #expect(!left.codes.contains(rule.code.slug), "\(rule.code.slug) is still found in\n\(fixed.text)")
            #expect(left.result.graph != nil)
        }
        let mismatch = GoldenFile("rule-fixes.txt").mismatch(shown)
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    @Test("what the decoder refuses and can be mended is, in Golden/decoder-fixes.txt")
    func decoder() async throws {
        var shown = ""
        for (name, text) in BadManifests.all {
            let safe = try await fix(text, unsafe: false)
            let unsafe = try await fix(text)
            shown += "\(name): \(safe.diff.isEmpty ? unsafe.diff.isEmpty ? "no fix" : "unsafe" : "safe")\n"
            shown += (safe.diff.isEmpty ? unsafe.diff : safe.diff) + "\n"
            let isDone = !unsafe.holdsBack
            let again = try await fix(unsafe.text)
            #expect(again.outcome.files.isEmpty == isDone, "\(name) is fixed twice")
        }
        let mismatch = GoldenFile("decoder-fixes.txt").mismatch(shown)
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    @Test(
        "what could not be read before is no reason to leave the syntax as it is, but other faults of it are",
        arguments: [
            ("\n\timage: a:1\n\treplicas: x", "\n  image: a:1\n  replicas: x"),
            ("\n\timage: a:1\n\tsecrets: [{source: nope}]", "\n  image: a:1\n  secrets: [{source: nope}]"),
            ("\n\thostname: a", "\n  hostname: a"),
            ("\n\timage: a:1\n\tuser: [b", nil),
        ]
    )
    func hidden(spec: String, wanted: String?) async throws {
        let fixed = try await fix(service(spec))
        #expect(fixed.text == service(wanted ?? spec), "\(fixed.outcome.refused.map(\.reason))")
    }

    @Test("what several aliases find wrong with one text is told once")
    func aliased() async {
        let linted = await lint(service("\n  image: a:1\n  update: &u {batch: 0.25}\n  rollback: *u"))
        #expect(linted.result.diagnostics.map(\.code.id) == ["OP2012"])
    }

    @Test("a rule's fix leaves what this run has written for an error, until the next run")
    func chained() async throws {
        for (spec, mended) in [
            ("{image: 'a:1', restart: 'no'}", "{image: 'a:1', restart: {condition: none}}"),
            ("{image: 'a:1', stopGracePeriod: 0}", "{image: 'a:1', stopGracePeriod: 0s}"),
            ("{image: 'a:1', tty: yes}", "{image: 'a:1', tty: true}"),
        ] {
            let fixed = try await fix(service(spec))
            #expect(fixed.text == service(mended))
            #expect(fixed.holdsBack, "\(spec)")
            let again = try await fix(fixed.text)
            #expect(!again.outcome.files.isEmpty && !again.holdsBack)
            #expect(try await fix(again.text).outcome.files.isEmpty)
        }
    }

    @Test("safe fixes are made without being asked for, others are not")
    func applicability() async throws {
        let text = service("{image: 'a:1', replicas: \"2\", init: yes, stopGracePeriod: 30 secs}")
        let safe = try await fix(text, unsafe: false)
        #expect(safe.text == text.replacing("\"2\"", with: "2"))
        let all = try await fix(text)
        #expect(all.text == service("{image: 'a:1', replicas: 2, init: true, stopGracePeriod: 30s}"))
    }

    @Test(
        "what stands in for a value that is wrong is no reason to take others away",
        arguments: ["replcias: 3", "replicas: 1_0"]
    )
    func misread(replicas: String) async throws {
        let spread = "placement: {preferences: [spread=node.labels.zone], maxPerNode: 1}"
        let fixed = try await fix(service("{image: 'a:1', \(spread), \(replicas)}"), driver: "swarm")
        #expect(fixed.text.contains(spread) && !fixed.text.contains(replicas), "\(fixed.text)")
    }

    @Test("two fixes of one span: the first is made, the other is looked at again")
    func overlap() async throws {
        let text = service("{image: 'a:1', tty: \"true\", update: {order: startFirst, batch: 1}, mounts: ['/d:/d']}")
        let fixed = try await fix(text, levels: ["pinned-to-node": "off"])
        #expect(!fixed.text.contains("tty"))
        #expect(fixed.text.contains("order: stopFirst"))
    }

    @Test("a text that an alias uses in another place is left alone, and said so")
    func sharedAnchor() async throws {
        let spec = """

              image: a:1
              healthcheck: &check
                command: [curl, -sS, 'http://127.0.0.1/']
                retries: 1
              readiness: *check
            """
        let fixed = try await fix(service(spec))
        #expect(fixed.outcome.files.isEmpty)
        #expect(fixed.outcome.refused.contains { $0.reason.contains("alias") })
    }

    @Test("values from variables, blocks, aliases and merged maps are refused with the reason")
    func refusals() async {
        let cases: [(String, String)] = [
            ("{image: 'a:1', tty: !!bool true}", "OP5067"),
            ("\n  image: a:1\n  tty: true # wanted", "OP5067"),
            ("\n  x: &t\n    tty: true\n  image: a:1\n  <<: *t", "OP5067"),
        ]
        for (spec, code) in cases {
            let linted = await lint(service(spec))
            let help = linted.findings.first { $0.code.id == code }?.help.first
            #expect(help == nil || help?.edits.isEmpty == false || help?.refusal != nil, "\(spec)")
        }
        let commented = await lint(service("\n  image: a:1\n  tty: true # wanted"))
        #expect(commented.findings.first { $0.code.id == "OP5067" }?.help.first?.refusal == "a comment stands there")
    }

    @Test("carriage returns, comments, order and a byte order mark stay")
    func keeps() async throws {
        let lines = [
            "\u{FEFF}# orchplan: ignore=privileged for no reason", "apiVersion: orchplan/v1", "kind: Service # kind",
            "metadata: {name: web}", "spec:", "  # above", "  image: 'a:1'", "  replicas: \"2\" # two", "  tty: true",
            "",
        ]
        let fixed = try await fix(lines.joined(separator: "\r\n"))
        let wanted = [
            "apiVersion: orchplan/v1", "kind: Service # kind", "metadata: {name: web}", "spec:", "  # above",
            "  image: 'a:1'", "  replicas: 2 # two", "",
        ]
        #expect(fixed.text.replacing("\u{FEFF}", with: "").hasSuffix(wanted.joined(separator: "\r\n")))
        #expect(!fixed.text.replacing("\r\n", with: "").contains("\n"))
    }

    @Test("a fix that leads to another error is taken back, and the others are made")
    func takenBack() async throws {
        let text = service("{image: 'a:1', cap_dro: all, replicas: \"2\"}")
        let fixed = try await fix(text)
        #expect(fixed.text.contains("replicas: 2"))
        let left = await lint(fixed.text)
        #expect(left.result.diagnostics.count(where: { $0.severity == .error }) <= 1)
    }

    @Test("of faults in the same words each is mended where it can be, and the others are named where they then stand")
    func sameWords() async throws {
        func service(_ name: String, _ spec: String) -> String {
            "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: \(name)}\nspec:\n  image: a:1\n  networks: [n]\n"
                + spec
        }
        let network = "apiVersion: orchplan/v1\nkind: Network\nmetadata: {name: n}\n"
        let names = ["gone", "db", "db", "lost", "db"]
        let services = names.enumerated().map { service("s\($0)", "  user:\n  depends_on: [\($1)]\n") }
        let fixed = try await fix(
            (services + [service("db", "  healthcheck: {command: [check]}\n"), network]).joined(separator: "---\n")
        )
        #expect(fixed.text.matches(of: /dependsOn: \[db\]/).count == 3, "\(fixed.text)")
        #expect(fixed.text.matches(of: /depends_on/).count == 2 && !fixed.text.contains("user"), "\(fixed.text)")
        #expect(fixed.outcome.refused.map(\.place) == ["a.yaml:7:3", "a.yaml:31:3"])
        #expect(fixed.outcome.refused.allSatisfy { $0.reason.contains("no Service is named") && !$0.isHeldBack })
    }

    @Test("a placement constraint with one `=` is mended, with spaces around it and without")
    func singleEquals() async throws {
        for written in ["node.role=manager", "node.role = manager", "'node.role =manager'"] {
            let fixed = try await fix(service("{image: 'a:1', placement: {constraints: [\(written)]}}"))
            #expect(fixed.text.contains("node.role == manager"), "\(written): \(fixed.outcome.refused.map(\.reason))")
        }
    }

    @Test("without --unsafe the desired state stays what it was")
    func sameState() async throws {
        let text = service("{image: 'a:1', tty: true} # orchplan: ignore=privileged it was once")
        let fixed = try await fix(text, unsafe: false)
        #expect(fixed.text == service("{image: 'a:1', tty: true}"))
        #expect(await lint(fixed.text).result.graph == fixed.before.result.graph)
    }
}
