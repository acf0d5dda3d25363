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
        #expect(plain.lintRules == ["image-tag": "error"])
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
        #expect(flagged.project == "env")
        #expect(flagged.manifests == ["/p/a/b/c", "-"])
        #expect(flagged.variables["TIER"] == "flag")
        #expect(flagged.driver.name == "local")
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

    @Test("what does not exist is answered with what does")
    func unknowns() {
        let driver = load("driver: swarm\n")
        #expect(driver?.diagnostics.map(\.message) == ["the driver swarm is not part of this version"])
        let messages = settings(load(text), environment: ["ORCHPLAN_ENVIRONMENT": "nosuch"]).diagnostics
        #expect(messages.first?.notes == ["environments: production, staging"])
    }
}
