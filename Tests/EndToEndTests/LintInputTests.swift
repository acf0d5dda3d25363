import Foundation
import Testing

/// Which files `lint` reads, and which of its findings it tells.
@Suite("lint: what it reads, and hooks")
struct LintInputTests {
    private static func service(_ name: String, _ spec: String) -> String {
        "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: \(name)}\nspec: {image: '\(name)', \(spec)}\n"
    }

    private static let files = [
        "orchplan.yaml": "project: demo\ndriver: simulated\n",
        "manifests/net.yaml": "apiVersion: orchplan/v1\nkind: Network\nmetadata: {name: net}\nspec: {}\n",
        "manifests/web.yaml": service("web", "networks: [net]"),
        "manifests/lone.yaml": service("lone", "replicas: 2"),
        "manifests/out/made.yaml": service("made", "replicas: 2"),
    ]

    private func places(_ output: Orchplan.Output) -> Set<String> {
        Set(output.out.split(separator: "\n").map { String($0.prefix { $0 != ":" }) })
    }

    @Test("standard input is a file of its own name, alone or in the place of one of a folder")
    func standardInput() throws {
        try Project.with(try Project(Self.files)) { project in
            let arguments = ["lint", "--format", "short", "--only", "images,references"]
            let text = Self.service("web", "networks: [nett]")
            let alone = try project.orchplan.start(arguments + ["-"], input: text).wait()
            #expect(alone.status == 1 && places(alone) == ["<stdin>"], "\(alone.all)")
            let named = try project.orchplan
                .start(
                    arguments + ["-", "--stdin-filename", "manifests/new.yaml"],
                    input: Self.service("new", "networks: [nett]")
                )
                .wait()
            #expect(named.status == 1 && places(named) == ["manifests/new.yaml"], "\(named.all)")
            let inside = try project.orchplan
                .start(
                    arguments + ["manifests", "-", "--stdin-filename", "manifests/web.yaml"],
                    input: text
                )
                .wait()
            #expect(inside.status == 1 && inside.out.contains("manifests/web.yaml:4:"), "\(inside.all)")
            #expect(inside.out.contains("`nett`") && inside.out.contains("manifests/lone.yaml"), "\(inside.all)")
        }
    }

    @Test("folders and patterns leave out what git ignores; files that are named, and the project itself, do not")
    func ignored() throws {
        try Project.with(try Project(Self.files)) { project in
            try project.git("git init -q .; printf 'out/\\n' > .gitignore; printf 'lone.*\\n' > manifests/.gitignore")
            func found(_ arguments: String...) throws -> Set<String> {
                let run = try project.orchplan.start(["lint", "--format", "short", "--only", "image-tag"] + arguments)
                    .wait()
                #expect(run.status == 0, "\(run.all)")
                return places(run)
            }
            let all: Set = ["manifests/web.yaml", "manifests/lone.yaml", "manifests/out/made.yaml"]
            #expect(try found() == all, "lint reads what plan reads")
            #expect(try found("manifests") == ["manifests/web.yaml"])
            #expect(try found("manifests/**/*.yaml") == ["manifests/web.yaml"])
            #expect(try found("manifests", "--no-ignore") == all)
            #expect(
                try found("manifests/lone.yaml", "manifests/out") == ["manifests/lone.yaml", "manifests/out/made.yaml"]
            )
            let told = try project.orchplan("lint", "manifests")
            #expect(told.err.contains("2 files and folders that .gitignore names were left out"), "\(told.err)")
        }
    }

    @Test("--changed-since tells of what changed and of what refers to it, and reads the rest")
    func changes() throws {
        try Project.with(try Project(Self.files)) { project in
            func run(_ revision: String, _ more: String...) throws -> Orchplan.Output {
                let words = ["lint", "--format", "short", "--only", "image-tag", "--changed-since", revision]
                return try project.orchplan.start(words + more).wait()
            }
            let outside = try run("HEAD")
            #expect(outside.status == 2 && outside.err.contains("needs a git repository"), "\(outside.all)")
            try project.git("git init -q .; git add .; git commit -qm one")
            #expect(try run("HEAD").out.isEmpty)
            for revision in ["nope", "--output=x", "HEAD~9", "HEAD:orchplan.yaml"] {
                let unknown = try project.orchplan.start(["lint", "--changed-since=\(revision)"]).wait()
                #expect(unknown.status == 2 && unknown.err.contains("is no revision"), "\(unknown.all)")
            }
            try project.edit("manifests/net.yaml", "spec: {}", "spec: {internal: true}")
            #expect(places(try run("HEAD")) == ["manifests/web.yaml"])
            try project.write("manifests/new file.yaml", Self.service("new", "dependsOn: [lone]"))
            #expect(places(try run("HEAD")) == ["manifests/web.yaml", "manifests/new file.yaml"])
            try project.git("git add .; git commit -qm two")
            #expect(try run("HEAD").out.isEmpty)
            #expect(places(try run("HEAD~1")).count == 2)
            try project.git("git rm -q manifests/net.yaml")
            let gone = try run("HEAD")
            #expect(gone.status == 1 && gone.out.contains("web.yaml") && gone.out.contains("`net`"), "\(gone.all)")
            try project.git("git reset -q --hard")
            try project.edit("orchplan.yaml", "demo", "demo2")
            #expect(places(try run("HEAD")).count == 4, "everything depends on the project file")
        }
    }

    @Test("the hooks of .pre-commit-hooks.yaml do what they say")
    func hooks() throws {
        let text = try String(
            contentsOf: Repository.root.appendingPathComponent(".pre-commit-hooks.yaml"),
            encoding: .utf8
        )
        let entries = text.split(separator: "\n").filter { $0.contains(" entry: ") }
            .map { $0.dropFirst("  entry: ".count) }
        #expect(entries.count == 2)
        try Project.with(try Project(Self.files)) { project in
            let folder = Orchplan.binary.deletingLastPathComponent().path
            for entry in entries {
                for (wanted, change) in [(Int32(0), ""), (1, "echo 'kind: X' > manifests/bad.yaml;")] {
                    let run = try RunningProcess(
                        [
                            "sh", "-c",
                            "\(change) PATH=\"\(folder):$PATH\"; \(entry); s=$?; rm -f manifests/bad.yaml; exit $s",
                        ],
                        directory: project.directory,
                        environment: project.orchplan.environment,
                        input: nil
                    )
                    .wait()
                    #expect(run.status == wanted, "\(run.all)")
                }
            }
        }
    }

    @Test("the action's step annotates, writes a report, and fails for findings")
    func action() throws {
        let text = try String(contentsOf: Repository.root.appendingPathComponent("action.yml"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.lastIndex(where: { $0.hasSuffix("run: |") }) else { throw TestFailure("no step") }
        let script = lines[(start + 1)...].map { $0.dropFirst(8) }.joined(separator: "\n")
        try Project.with(try Project(Self.files)) { project in
            func run(_ inputs: [String: String]) throws -> Orchplan.Output {
                let given = ["ORCHPLAN": Orchplan.binary.path, "GITHUB_OUTPUT": "outputs", "INPUT_PATHS": ""]
                let environment = project.orchplan.environment.merging(given) { $1 }.merging(inputs) { $1 }
                return try RunningProcess(
                    ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
                    directory: project.directory,
                    environment: environment,
                    input: nil
                )
                .wait()
            }
            let strict = try run(["INPUT_ARGUMENTS": "--strict\n--only=image-tag\n", "INPUT_SARIF": "a report.sarif"])
            #expect(strict.status == 1 && strict.out.hasPrefix("::warning file=manifests/"), "\(strict.all)")
            #expect(try project.read("a report.sarif").contains("OP5001"))
            #expect(try project.read("outputs") == "sarif=\(project.directory.path)/a report.sarif\n")
            let some = try run(["INPUT_ARGUMENTS": "", "INPUT_SARIF": "", "INPUT_PATHS": "manifests/lone.yaml\n"])
            #expect(some.status == 0 && !some.out.contains("web.yaml"), "\(some.all)")
        }
    }
}
