import SourceDiagnostics
import Testing

@testable import Manifests

@Suite("The project file, and what wins over it")
struct ProjectTests {
    private let text = """
        project: shop
        manifests: [deploy]
        driver: {name: simulated, host: ssh://manager, nodes: [{name: one, role: manager, labels: {zone: a}}]}
        variables: {PORT: 8080, TIER: dev}
        environments:
          production:
            state: prod.db
            variables: {TIER: prod}
            overlays: [overlays/production]
          staging:
        lint:
          rules: {image-tag: error}
        """

    private func load(_ text: String) -> LoadedProject? {
        let files = MemoryFiles(files: ["/p/orchplan.yaml": text, "/p/a/b/x.yaml": ""])
        return LoadedProject.find(from: "/p/a/b", files: files)
    }

    private func settings(
        _ loaded: LoadedProject?,
        environment: [String: String] = [:],
        _ change: (inout ProjectSettings.Flags) -> Void = { _ in }
    ) -> ProjectSettings {
        var flags = ProjectSettings.Flags()
        change(&flags)
        return ProjectSettings.resolve(flags: flags, environment: environment, file: loaded, workingDirectory: "/p/a/b")
    }

    @Test("is found upwards and read whole")
    func found() throws {
        let loaded = try #require(load(text))
        #expect(loaded.diagnostics.isEmpty, "\(TextRenderer(loaded.sources).render(loaded.diagnostics))")
        let plain = settings(loaded)
        #expect(plain.project == "shop")
        #expect(plain.root == "/p")
        #expect(plain.manifests == ["/p/deploy"])
        #expect(plain.state == "/p/.orchplan/state.db")
        #expect(plain.driver.name == "simulated")
        #expect(plain.driver.nodes.first?.labels == ["zone": "a"])
        #expect(plain.variables["PORT"] == "8080")
        #expect(plain.lint.levels == ["image-tag": "error"])
    }

    @Test("the local driver has one node: a second is refused where it is written")
    func oneLocalNode() throws {
        let one = try #require(load("driver: {name: local, nodes: [{name: edge, labels: {disk: ssd}}]}\n"))
        #expect(one.diagnostics.isEmpty)
        #expect(settings(one).driver.nodes.map(\.role) == [.worker])
        let two = try #require(load("driver:\n  name: local\n  nodes: [{name: one}, {name: two}]\n"))
        let text = TextRenderer(two.sources).render(two.diagnostics)
        #expect(text.contains("the local driver has one node, this machine, and `nodes` names 2"))
        #expect(text.contains("orchplan.yaml:3:3"), "\(text)")
    }

    @Test("flags win over ORCHPLAN_ variables, which win over the environment chosen, which wins over the rest")
    func precedence() throws {
        let loaded = try #require(load(text))
        let production = settings(loaded, environment: ["ORCHPLAN_ENVIRONMENT": "production", "TIER": "shell"])
        #expect(production.environment == "production")
        #expect(production.state == "/p/prod.db")
        #expect(production.overlays == ["/p/overlays/production"])
        #expect(production.variables["TIER"] == "shell")
        let flagged = settings(
            loaded,
            environment: ["ORCHPLAN_ENVIRONMENT": "production", "ORCHPLAN_STATE": "env.db", "ORCHPLAN_PROJECT": "env"]
        ) {
            $0.environment = "staging"
            $0.state = "flag.db"
            $0.paths = ["c", "-"]
            $0.variables = ["TIER": "flag"]
            $0.driver = "local"
        }
        #expect(flagged.overlays == [])
        #expect(flagged.state == "/p/a/b/flag.db")
        #expect(flagged.project == "env@staging")
        #expect(flagged.manifests == ["/p/a/b/c", "-"])
        #expect(flagged.variables["TIER"] == "flag")
        #expect(flagged.driver.name == "local")
    }

    @Test("each environment has a state, and an owner, of its own")
    func environments() throws {
        let loaded = try #require(load(text + "\nstate: mine.db\n"))
        let plain = settings(loaded)
        #expect(plain.state == "/p/mine.db" && plain.project == "shop")
        let staging = settings(loaded) { $0.environment = "staging" }
        #expect(staging.state == "/p/.orchplan/environments/staging/state.db" && staging.project == "shop@staging")
        #expect(staging.environmentFlag == " --env staging")
        // Another driver is tried out beside the record, however it was named; a file that was named is that file.
        for environment in [["ORCHPLAN_DRIVER": "local"], ["ORCHPLAN_DRIVER": "local", "ORCHPLAN_STATE": ""]] {
            let tried = settings(loaded, environment: environment) { $0.environment = "staging" }
            #expect(tried.state == "/p/.orchplan/environments/staging/state-local.db")
        }
        #expect(settings(loaded) { $0.driver = "local" }.state == "/p/mine-local.db")
        #expect(settings(loaded) { $0.driver = "simulated" }.state == "/p/mine.db")
        let named = settings(loaded, environment: ["ORCHPLAN_STATE": "x.db"]) { $0.driver = "local" }
        #expect(named.state == "/p/a/b/x.db")
        let own = try #require(load("environments: {a: {driver: simulated}}\n"))
        let same = settings(own) { ($0.environment, $0.driver) = ("a", "simulated") }
        #expect(same.state == "/p/.orchplan/environments/a/state.db")
    }

    @Test("a fault elsewhere leaves no doubt about the driver; one in it, or a field that may be it, does")
    func certainty() throws {
        for sound in ["policies: [x]\ndriver: local\n", "driver: local\nvariables: 3\n", "manifests: {}\n"] {
            let loaded = try #require(load(sound))
            #expect(loaded.diagnostics.hasErrors && !loaded.isUnsure, "\(sound)")
        }
        for open in ["drivr: local\n", "driver: 3\n", "driver: local\nenvironments: 3\n", "driver: [\n", "- x\n"] {
            let loaded = try #require(load(open))
            #expect(loaded.diagnostics.hasErrors && loaded.isUnsure, "\(open)")
        }
    }

    @Test("no two environments share a state, and their names are parts of paths")
    func clashes() throws {
        let shared = try #require(
            load("environments: {a: {state: .orchplan/./state.db}, b: {}, c: {state: x}, d: {state: x}}\n")
        )
        #expect(shared.diagnostics.isEmpty)
        for (name, other) in [("a", "the project without"), ("c", "the environment `d`"), ("d", "the environment `c`")]
        {
            let found = settings(shared) { $0.environment = name }.diagnostics
            #expect(found.map(\.code.slug) == ["bad-project"] && found[0].message.contains(other), "\(found)")
            let named = settings(shared) { ($0.environment, $0.state) = (name, "mine.db") }
            #expect(named.diagnostics.isEmpty)
        }
        #expect(settings(shared) { $0.environment = "b" }.diagnostics.isEmpty)
        for name in ["../x", "a/b", ".hidden", "''", "\"a\\0\"", String(repeating: "x", count: 64)] {
            let loaded = try #require(load("environments: {\(name): {}}\n"))
            #expect(loaded.diagnostics.hasErrors, "\(name)")
        }
    }

    @Test("without one, the directory gives the name and manifests/ the manifests")
    func defaults() {
        let plain = ProjectSettings.resolve(
            flags: .init(),
            environment: [:],
            file: nil,
            workingDirectory: "/home/My Shop!"
        )
        #expect(plain.project == "My-Shop")
        #expect(plain.manifests == ["/home/My Shop!/manifests"])
        #expect(plain.driver.name == "local")
        #expect(ProjectSettings.sanitised("---") == "default")
    }

    @Test("one that is a directory or a pipe is a fault, never passed over")
    func unusual() {
        var files = MemoryFiles(files: ["/p/orchplan.yaml": text, "/p/a/b/x.yaml": "", "/p/a/orchplan.yaml/x": ""])
        let directory = LoadedProject.find(from: "/p/a/b", files: files)
        #expect(directory?.path == "/p/a/orchplan.yaml")
        #expect(directory?.diagnostics.hasErrors == true)
        files.files["/p/a/orchplan.yaml/x"] = nil
        files.special = ["/p/a/b/orchplan.yaml"]
        let pipe = LoadedProject.find(from: "/p/a/b", files: files)
        #expect(pipe?.diagnostics.map(\.code.slug) == ["not-a-regular-file"])
    }

    @Test("a list is called what it is: no project file")
    func list() throws {
        let loaded = try #require(load("- project: shop\n"))
        #expect(loaded.diagnostics.map(\.message) == ["a project file is a map, not a list"])
    }

    @Test("faults of the file and unknown environments are said")
    func faults() throws {
        let loaded = try #require(
            load("project: a b\ndrivr: local\ndriver: swrm\nlint: {rules: {x: eror}}\nmanifests: one\n")
        )
        #expect(
            Set(loaded.diagnostics.map(\.code.slug)) == [
                "invalid-name", "unknown-field", "unknown-value", "wrong-type",
            ]
        )
        #expect(loaded.diagnostics.count == 5)
        let unknown = settings(load(text)) { $0.environment = "prodution" }
        #expect(unknown.diagnostics.map(\.code.slug) == ["unknown-environment"])
        #expect(unknown.diagnostics.first?.help.first?.text == "did you mean `production`?")
    }

    @Test("a swarm has a host or a context, a few options, no nodes of ours, and a project with a name")
    func swarm() throws {
        let fine = try #require(
            load("project: shop\ndriver: {name: swarm, host: tcp://m, options: {certificates: tls, insecure: true}}\n")
        )
        #expect(fine.diagnostics.isEmpty, "\(TextRenderer(fine.sources).render(fine.diagnostics))")
        let driver = settings(fine).driver
        #expect(driver.options == ["certificates": "/p/tls", "insecure": "true"])
        #expect(settings(fine) { $0.host = "ssh://n" }.driver.host == "ssh://n")
        let wrong = try #require(
            load(
                """
                driver:
                  name: swarm
                  host: ssh://m
                  options: {contxt: a, context: b, insecure: maybe}
                  nodes: [{name: one}]
                """
            )
        )
        let text = TextRenderer(wrong.sources).render(wrong.diagnostics)
        for words in [
            "has no option `contxt`", "did you mean `context`?", "both a `host` and a `context`",
            "`true` or `false`, and not `maybe`", "reads its nodes from the cluster",
        ] { #expect(text.contains(words), "\(words) in \(text)") }
        let nameless = settings(load("driver: swarm\n")).diagnostics
        #expect(nameless.map(\.message) == ["the project has no name, which the swarm driver finds its objects by"])
        #expect(settings(load("driver: swarm\n"), environment: ["ORCHPLAN_PROJECT": "shop"]).diagnostics.isEmpty)
        let local = settings(load("project: shop\n")) { $0.host = "ssh://n" }.diagnostics
        #expect(local.first?.message == "--host says where a swarm is, and the driver is local")
    }

    @Test("what does not exist is answered with what does")
    func unknowns() {
        let driver = load("driver: nomad\n")
        #expect(driver?.diagnostics.map(\.code.slug) == ["unknown-value"])
        let messages = settings(load(text), environment: ["ORCHPLAN_ENVIRONMENT": "nosuch"]).diagnostics
        #expect(messages.first?.notes == ["environments: production, staging"])
    }
}
