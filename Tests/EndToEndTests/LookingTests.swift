import Foundation
import Testing

/// Looking changes nothing and says the same twice, also before anything was ever applied.
@Suite("Looking leaves no traces", .serialized)
struct LookingTests {
    private static let service = Manifest.of("Service", "web", #"{command: [sleep, "1000"]}"#)

    private static let commands = [
        "lint", "lint .", "diff", "diff .", "diff --format json", "plan", "plan .", "plan --format json",
        "plan --destroy",
        "plan --target web", "status", "status web", "status --instances", "status --format json", "status --exit-code",
        "state list", "state show web", "history", "history 1", "logs", "logs web", "logs --since 1m", "explain",
        "explain OP2003", "schema", "graph", "show x.plan", "unlock 1", "rollback --yes", "reconcile --once",
        "--version",
        "--help", "help plan", "nonsense", "apply", "destroy", "destroy --yes", "apply x.plan --yes",
    ]

    @Test(
        "no command that only looks, and none that is refused, leaves anything behind",
        arguments: [
            [:], ["web.yaml": service], ["manifests/web.yaml": service],
            ["manifests/web.yaml": service, "orchplan.yaml": "project: looked\n"],
            ["manifests/web.yaml": "kind: [", "orchplan.yaml": "project: looked\n"],
        ]
    )
    func nothingIsLeft(_ files: [String: String]) throws {
        try Project.with(try Project(files)) { try look($0) }
    }

    @Test(
        "nor does an ordinary user need the right to write to look",
        .enabled(if: getuid() == 0, "needs root to become somebody else")
    )
    func unwritable() throws {
        let files = ["manifests/web.yaml": Self.service, "orchplan.yaml": "project: looked\n"]
        try Project.with(try Project.ofNobody(files, owned: false)) { project in
            try look(project)
            let plan = try project.orchplan("plan")
            #expect(plan.status == 0 && plan.out.contains("service/web will be created"), "\(plan.all)")
            let status = try project.orchplan("status")
            #expect(status.status == 0, "\(status.all)")
        }
    }

    @Test(
        "a state that may not be looked into is not taken for none",
        .enabled(if: getuid() == 0, "needs root to become somebody else")
    )
    func unreadable() throws {
        let web = Manifest.of("Service", "web", "{image: 'web:1'}")
        let files = ["manifests/web.yaml": web, "orchplan.yaml": "project: looked\ndriver: simulated\n"]
        try Project.with(try Project.ofNobody(files, owned: false)) { project in
            let nobody = project.orchplan
            project.orchplan.prefix = []
            let applied = try project.orchplan("apply", "--yes")
            #expect(applied.status == 0, "\(applied.all)")
            for command in ["status", "status --format json", "history", "state list", "diff", "destroy --yes"] {
                let run = try nobody.start(command.split(separator: " ").map(String.init)).wait()
                #expect(run.status != 0 && run.all.contains("belongs to the user with id 0"), "\(command): \(run.all)")
            }
        }
    }

    private func look(_ project: Project) throws {
        let before = try contents(project)
        for command in Self.commands {
            let output = try project.orchplan.start(command.split(separator: " ").map(String.init)).wait()
            #expect(try contents(project) == before, "\(command) left something: \(output.all)")
            #expect(project.processes().isEmpty, "\(command) started something")
        }
    }

    private func contents(_ project: Project) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: project.directory.path).sorted()
    }

    private static let content =
        Manifest.of("Secret", "token", "{file: ../token.txt}")
        + Manifest.of("Secret", "made", "{generate: {length: 20}}")
        + Manifest.of("Config", "page", "{content: hello}")
        + Manifest.of(
            "Service",
            "web",
            lines: [
                "image: web:1", "environment: {TOKEN: {secret: token}, PAGE: {config: page}}",
                "secrets: [token, made]", "configs: [page]",
            ]
        )

    @Test("a first plan is the same twice, names nothing that will be named otherwise, and can be saved and applied")
    func firstPlan() throws {
        let project = try Project([
            "orchplan.yaml": "project: first\ndriver: simulated\n", "manifests/all.yaml": Self.content,
            "token.txt": "canary-1",
        ])
        try Project.with(project) { project in
            for words in [["plan"], ["diff"], ["plan", "--format", "md"], ["plan", "--format", "json"]] {
                let outputs = try (1...2).map { _ in try timeless(project.orchplan.start(words).wait().out) }
                #expect(outputs[0] == outputs[1], "\(words)")
            }
            let looked = try project.orchplan("plan")
            #expect(looked.status == 0 && looked.out.contains("TOKEN = secret/token"), "\(looked.all)")
            #expect(!looked.out.contains("(object "), "\(looked.out)")
            #expect(!project.exists(".orchplan"))

            // What cannot be planned makes no state either.
            try project.write("token.txt", "")
            #expect(try project.orchplan("plan", "--out", "next.plan").status == 1)
            #expect(!project.exists(".orchplan") && !project.exists("next.plan"))
            try project.write("token.txt", "canary-1")

            // From the saved plan on there is a key, and names are those that apply makes.
            let saved = try project.orchplan("plan", "--out", "next.plan")
            #expect(saved.status == 0, "\(saved.all)")
            let name = try #require(saved.out.split(separator: "(object ").map { $0.prefix { $0 != ")" } }.last)
            #expect(try project.orchplan("plan").out.contains(name))
            let applied = try project.orchplan("apply", "next.plan")
            #expect(applied.status == 0 && applied.out.contains("4 added"), "\(applied.all)")
            #expect(try project.orchplan("state", "list").out.contains(name))
            #expect(try project.orchplan("diff").status == 0)
            let again = try project.orchplan("apply", "next.plan")
            #expect(again.status == 3, "\(again.all)")
        }
    }

    /// JSON says when it was made.
    private func timeless(_ text: String) -> String {
        text.replacing(/"createdAt":"[^"]*"/, with: "")
    }
}
