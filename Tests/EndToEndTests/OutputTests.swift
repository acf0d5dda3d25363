import Foundation
import Testing

/// Results that do not arrive, and words in an unusual order.
@Suite("What is written arrives, or is an error")
struct OutputTests {
    private static let files = [
        "orchplan.yaml": "project: demo\ndriver: simulated\n",
        "manifests/web.yaml": """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec: {image: 'example/web:1', replicas: 3}
        """,
        "manifests/data.yaml": """
        apiVersion: orchplan/v1
        kind: Volume
        metadata: {name: web}
        ---
        apiVersion: orchplan/v1
        kind: Config
        metadata: {name: motd}
        spec: {content: hello}
        """,
    ]

    private func shell(_ project: Project, _ script: String) throws -> Orchplan.Output {
        let environment = project.orchplan.environment.merging(["ORCHPLAN": Orchplan.binary.path]) { $1 }
        return try RunningProcess(
            ["sh", "-c", script],
            directory: project.directory,
            environment: environment,
            input: nil
        )
        .wait()
    }

    @Test(
        "a full disk is an error of every command that has a result",
        arguments: [
            ("plan", 1), ("plan --detailed-exitcode", 1), ("diff", 2), ("lint --format json", 2), ("graph", 1),
            ("status", 1), ("history", 1), ("history 1", 1), ("state list", 1), ("state show motd", 1), ("schema", 1),
            ("explain", 1), ("show saved.plan", 1), ("apply --yes", 1), ("--help", 1), ("--version", 1),
            ("help apply", 1), ("--generate-completion-script bash", 1),
        ]
    )
    func fullDisk(command: String, code: Int) throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try project.edit("manifests/web.yaml", "web:1", "web:2")
            #expect(try project.orchplan("plan", "--out", "saved.plan").status == 0)
            let full = try shell(project, "\"$ORCHPLAN\" \(command) > /dev/full")
            #expect(Int(full.status) == code, "\(full.all)")
            #expect(full.err.contains("standard output") && full.err.contains("No space left"), "\(full.err)")
        }
    }

    @Test("a reader that has enough is no error, and a closed stream never gets into a file")
    func closed() throws {
        try Project.with(try Project(Self.files)) { project in
            let head = try shell(project, "{ \"$ORCHPLAN\" plan; echo $? > code; } | head -n 1")
            let code = try project.read("code")
            #expect(head.err.isEmpty && code == "0\n", "\(head.err)")
            let closed = try shell(project, "\"$ORCHPLAN\" apply --yes >&-")
            #expect(closed.status == 1 && closed.err.contains("Bad file descriptor"), "\(closed.err)")
            let list = try project.orchplan("state", "list")
            #expect(list.status == 0 && list.out.contains("service/web"), "\(list.all)")
            #expect(try project.orchplan("diff").status == 0)
        }
    }

    @Test("options of the project stand in front of the command too; names need no kind where they mean one thing")
    func words() throws {
        try Project.with(try Project(Self.files)) { project in
            let elsewhere = Orchplan(
                directory: URL(fileURLWithPath: "/"),
                environment: project.orchplan.environment
            )
            let applied = try elsewhere("-C", project.directory.path, "apply", "--yes", "--target", "motd")
            #expect(applied.status == 0 && applied.out.contains("config/motd"), "\(applied.all)")
            #expect(try project.orchplan("apply", "--yes").status == 0)
            let shown = try elsewhere("--directory=\(project.directory.path)", "state", "show", "motd")
            #expect(shown.status == 0 && shown.out.contains("config/motd"), "\(shown.all)")
            let two = try project.orchplan("state", "show", "web")
            #expect(two.status == 64 && two.err.contains("volume/web and service/web"), "\(two.all)")
            #expect(try project.orchplan("-C", "nowhere", "plan").status == 64)
            let alone = try project.orchplan("-C", "nowhere")
            #expect(alone.status == 64 && alone.err.contains("orchplan plan -C nowhere"), "\(alone.all)")
            #expect(try project.orchplan("plan", "--target", "motdd").err.contains("did you mean motd?"))
            let first = try project.orchplan("history", "1")
            #expect(first.status == 0 && first.out.contains("+ config/motd"), "\(first.all)")
            let second = try project.orchplan("history", "2", "--format", "json")
            #expect(second.out.contains("\"declared\":[\"volume/web\""), "\(second.out)")
            #expect(try project.orchplan("history", "9").status == 1)
        }
    }

    @Test("a rule that does not exist is shown at its line; a secret's value is shown nowhere")
    func excerpts() throws {
        var files = Self.files
        files["orchplan.yaml"] = "project: demo\ndriver: simulated\nlint:\n  rules: {imge-tag: error}\n"
        try Project.with(try Project(files)) { project in
            let rule = try project.orchplan("lint")
            #expect(rule.status == 1 && rule.out.contains("orchplan.yaml:4:11"), "\(rule.out)")
            for spec in [
                "  value: canary-77", "  generate: canary-77", "  external: \"canary-77\"",
                "  value: canary-77\n  value: x",
                "  value: \"canary-77", "  canary: [canary-77", "  protect: canary-77", "- canary-77",
                "  length: canary-77",
                "  generate: {length: canary-77}", "  labels: canary-77", "  value: &a canary-77\n  other: *b",
            ] {
                let manifest = "apiVersion: orchplan/v1\nkind: Secret\nmetadata:\n  name: token\nspec:\n\(spec)\n"
                try project.write("manifests/token.yaml", manifest)
                for command in [["lint"], ["lint", "--format", "json"], ["plan"]] {
                    let found = try project.orchplan.start(command).wait()
                    #expect(found.status == 1, "\(spec): \(found.all)")
                    #expect(
                        found.all.contains("token.yaml") && !found.all.contains("canary-77"),
                        "\(spec): \(found.all)"
                    )
                }
            }
        }
    }
}
