import SourceDiagnostics
import Testing

@testable import Linting

@Suite("Findings are as bad as the project says")
struct LintingTests {
    @Test("a project raises, lowers and silences rules, by name or code")
    func levels() async {
        let text = service("{image: nginx, ports: ['80:80']}")
        func severities(_ rules: String) async -> [String: Severity] {
            let linted = await lint(text, project: "lint: {rules: {\(rules)}}\n")
            return Dictionary(uniqueKeysWithValues: linted.findings.map { ($0.code.slug, $0.severity) })
        }
        let standard: [String: Severity] = [
            "image-tag": .warning, "no-healthcheck": .note, "single-replica-stop-first": .note,
        ]
        #expect(await severities("") == standard)
        #expect(await severities("image-tag: error")["image-tag"] == .error)
        #expect(await severities("OP5001: info")["image-tag"] == .note)
        #expect(await severities("image-tag: note")["image-tag"] == .note)
        #expect(await severities("image-tag: off")["image-tag"] == nil)
        #expect(await severities("runs-as-root: warning")["runs-as-root"] == .warning)
    }

    @Test(
        "what is depended on is found beside a name that leads nowhere, and among other references",
        arguments: [[], ["nope"]]
    )
    func dependencies(_ missing: [String]) async {
        func document(_ name: String, _ spec: String) -> String {
            "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: \(name)}\nspec: {image: 'a:1', \(spec)}\n---\n"
        }
        let names = (missing + ["job", "checked", "bare"]).joined(separator: ", ")
        let text =
            document("bare", "networks: [net]")
            + document("checked", "healthcheck: {command: [check]}, networks: [net]")
            + document("job", "mode: replicatedJob, networks: [net]")
            + document("web", "networks: [net], secrets: [key], dependsOn: [\(names)]")
            + "apiVersion: orchplan/v1\nkind: Network\nmetadata: {name: net}\n---\n"
            + "apiVersion: orchplan/v1\nkind: Secret\nmetadata: {name: key}\nspec: {generate: {length: 32}}\n"
        let linted = await lint(text)
        let told = linted.findings.filter { ["unchecked-dependency", "unfinished-job"].contains($0.code.slug) }
        #expect(
            Set(told.map { "\($0.code.slug) \(linted.text(of: $0) ?? "")" }) == [
                "unchecked-dependency bare", "unfinished-job job",
            ]
        )
        #expect(linted.codes.contains("undefined-reference") != missing.isEmpty)
    }

    @Test("a rule or an option that does not exist is an error where it is written, with what was meant")
    func mistyped() async throws {
        let project = """
            lint:
              rules:
                imge-tag: off
                slow-detection: {aftr: 1m}
                short-secret: {length: many}
                hasty-check: {retries: 2, severity: warning}
                privileged: {severity: error, level: 3}
            """
        let linted = await lint(service("{image: 'a:1'}"), project: project)
        let told = linted.findings.map { "\($0.severity) \(linted.text(of: $0) ?? "-"): \($0.help.first?.text ?? "-")" }
        #expect(
            told == [
                "error imge-tag: did you mean `image-tag`?",
                "error aftr: did you mean `after`?",
                "error many: write such as `length: 16`",
                "error level: it takes severity",
            ]
        )
    }

    @Test("options move what a rule compares with")
    func options() async {
        func codes(_ spec: String, _ rules: String) async -> [String] {
            await lint(service(spec), project: "lint: {rules: {\(rules)}}\n").codes
        }
        let check = "{image: 'a:1', healthcheck: {command: [check], interval: 30s, retries: 3}}"
        #expect(await codes(check, "") == [])
        #expect(await codes(check, "slow-detection: {after: 1m}") == ["slow-detection"])
        #expect(await codes(check, "hasty-check: {retries: 4}") == ["hasty-check"])
        #expect(await codes("{image: 'a:main'}", "image-tag: {moving: [main, latest]}") == ["image-tag"])
        #expect(await codes("{image: 'a:latest'}", "image-tag: {moving: main}") == [])
        let registry = "image-registry: {severity: warning, allowed: [registry.example]}"
        #expect(await codes("{image: 'registry.example/a:1'}", registry) == [])
        #expect(await codes("{image: 'quay.io/a:1'}", registry) == ["image-registry"])
        let memory = "{image: 'a:1', resources: {limits: {memory: 32MiB}}}"
        #expect(await codes(memory, "tiny-memory: {least: 64MiB}") == ["tiny-memory"])
        let variable = "{image: 'a:1', environment: {CSRF_TOKEN: header}}"
        #expect(await codes(variable, "") == ["plaintext-secret"])
        #expect(await codes(variable, "plaintext-secret: {except: [CSRF_TOKEN]}") == [])
    }

    @Test("what only matters on several nodes is not said of one machine")
    func drivers() async {
        let text = service("{image: 'a:1', mounts: ['/srv/www:/www:ro']}")
        #expect(await lint(text, driver: "swarm").codes == ["bind-anywhere"])
        #expect(await lint(text, driver: "local").codes == [])
    }

    @Test("while something is broken nothing is called unused")
    func broken() async {
        let volume = "apiVersion: orchplan/v1\nkind: Volume\nmetadata: {name: data}\n"
        #expect(await lint(volume).codes == ["unused-resource"])
        let broken = await lint(volume + "---\n" + service("{image: 'a:1', mounts: ['data:/data'], replcas: 3}"))
        #expect(broken.result.graph == nil)
        #expect(!broken.codes.contains("unused-resource"))
    }

    @Test("variables are taken for secrets by their words, and harmless values for what they are")
    func secretNames() async {
        let secret = ["DB_PASSWORD: x1y2", "MYSQLPASSWORD: hunter", "API_KEY: abcd", "GITHUB_TOKEN: ghp"]
        let harmless = [
            "TOKENIZERS_PARALLELISM: fork", "MAX_TOKENS: '4096'", "DB_PASSWORD_FILE: /run/secrets/p", "PASSWORD: ''",
            "ALLOW_EMPTY_PASSWORD: 'yes'", "TOKEN_ENDPOINT: 'https://a.example'", "SECRET_NAME: db",
            "AUTH_HTPASSWD_REALM: Registry Realm",
        ]
        for variable in secret {
            let linted = await lint(service("{image: 'a:1', environment: {\(variable)}}"))
            #expect(linted.codes == ["plaintext-secret"], "\(variable)")
        }
        for variable in harmless {
            let linted = await lint(service("{image: 'a:1', environment: {\(variable)}}"))
            #expect(linted.codes == [], "\(variable)")
        }
    }

    @Test("a rule that is set by number and by name is told, and which of both holds is not guessed")
    func setTwice() async {
        let linted = await lint(
            service("{image: 'a:1'}"),
            project: "lint: {rules: {OP5001: off, slow-detection: off, image-tag: error}}\n"
        )
        #expect(linted.codes == ["bad-project"])
        #expect(linted.findings.first?.message.contains("`image-tag` and `OP5001`") ?? false)
        #expect(linted.findings.first.flatMap(linted.text) == "image-tag")
    }

    @Test("a network that is mistyped is one fault; a service without networks shares none with one that has some")
    func apart() async {
        func codes(_ web: String, _ db: String) async -> [String] {
            let text =
                "apiVersion: orchplan/v1\nkind: Network\nmetadata: {name: front}\n---\n"
                + service("{image: 'a:1', \(web)dependsOn: [{service: db, condition: started}]}") + "---\n"
                + service("{image: 'a:1'\(db)}").replacing("name: web", with: "name: db")
            return await lint(text).codes.filter { ["undefined-reference", "unreachable-dependency"].contains($0) }
        }
        #expect(await codes("networks: [frnt], ", ", networks: [front]") == ["undefined-reference"])
        #expect(await codes("", ", networks: [front]") == ["unreachable-dependency"])
        #expect(await codes("networks: [front], ", "") == ["unreachable-dependency"])
        #expect(await codes("networks: [front], ", ", networks: [front]") == [])
        #expect(await codes("", "") == [])
    }

    @Test(
        "operators of a shell are told where no shell is, and not where they are a program's own words",
        arguments: [
            ("a && b > c", true), ("cd /srv; ./server", true), ("a | b", true), ("a", false), ("sh -c 'a && b'", false),
            ("find / -exec rm {} ;", false), ("expr 1 > 2", false), ("echo done;", false),
        ]
    )
    func operators(_ command: String, _ isTold: Bool) async {
        let linted = await lint(service("{image: 'a:1', command: \"\(command)\"}"))
        #expect(linted.codes.contains("shell-operator") == isTold, "\(command)")
    }

    @Test("what looks like a secret is not repeated, also where variables are a list")
    func notRepeated() async {
        let specs = [
            "{image: 'a:1', environment: {DB_PASSWORD: swordfish}}",
            "{image: 'a:1', environment: [DB_PASSWORD=swordfish]}",
            "{image: 'a:1', environment: {URL: 'http://a:swordfish@b/'}}",
            "{image: 'a:1', command: [a, --token, swordfish]}",
        ]
        for spec in specs {
            let linted = await lint(service(spec))
            #expect(linted.findings.count == 1)
            let text = TextRenderer(linted.sources).render(linted.findings)
            #expect(text.contains("(sensitive)") && !text.contains("swordfish"), "\(text)")
        }
    }
}
