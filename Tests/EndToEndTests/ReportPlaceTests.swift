import Foundation
import Testing

/// Where `lint` writes, and where it does not.
@Suite("lint: places of reports and baselines")
struct ReportPlaceTests {
    private static let files = [
        "orchplan.yaml": "project: demo\ndriver: simulated\npolicy: policy.yaml\n",
        "policy.yaml": "privileges: false\n",
        "manifests/web.yaml": "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec: {image: web}\n",
    ]

    private func shell(_ project: Project, _ script: String) throws -> Orchplan.Output {
        let environment = project.orchplan.environment.merging(["ORCHPLAN": Orchplan.binary.path]) { $1 }
        let words = ["timeout", "60", "bash", "-uc", script]
        return try RunningProcess(words, directory: project.directory, environment: environment, input: nil).wait()
    }

    @Test("no report takes the place of what is read, or of another report, however its path is spelled")
    func clashes() throws {
        try Project.with(try Project(Self.files)) { project in
            let links = """
                ln -s manifests m; ln manifests/web.yaml hard.yaml; ln -s new.json link.json
                "$ORCHPLAN" lint --write-baseline known.txt
                """
            #expect(try shell(project, links).status == 0)
            for (words, other) in [
                (["--output", "json=./orchplan.yaml"], "the project file"),
                (["--output", "json=m/../orchplan.yaml"], "the project file"),
                (["--output", "json=policy.yaml"], "the policy policy.yaml"),
                (["--output", "json=m/web.yaml"], "manifests/web.yaml"),
                (["--write-baseline", "hard.yaml"], "manifests/web.yaml"),
                (["--output", "json=a", "--output", "sarif=./m/../a"], "--output json=a"),
                (["--output", "json=new.json", "--output", "sarif=link.json"], "--output json=new.json"),
                (["--output", "json=known.txt", "--baseline", "./known.txt"], "--output json=known.txt"),
                (["--output", "json=b", "--write-baseline", "manifests/../b"], "--output json=b"),
            ] {
                let run = try project.orchplan.start(["lint"] + words).wait()
                #expect(run.status == 64 && run.err.contains("are the same file"), "\(words): \(run.all)")
                #expect(run.err.contains(other) && run.err.contains(words[1]), "\(words): \(run.err)")
            }
            for (path, text) in Self.files { #expect(try project.read(path) == text) }
            #expect(!project.exists("a") && !project.exists("b") && !project.exists("new.json"))
            // A link that leads nowhere yet is written through.
            #expect(try project.orchplan("lint", "--output", "json=link.json").status == 0)
            #expect(try project.read("new.json").hasPrefix("{\"formatVersion\""))
            let link = project.directory.appendingPathComponent("link.json").path
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "new.json")
        }
    }

    @Test(
        "no report lies where a run reads: contents, env files, secrets, all overlays, new manifests, git, the record"
    )
    func folders() throws {
        var files = Self.files
        files["orchplan.yaml"] = """
            project: demo
            driver: simulated
            environments: {staging: {overlays: [overlays/staging]}, production: {overlays: [overlays/production]}}

            """
        files["manifests/web.yaml"] = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: web}
            spec: {image: web, envFiles: [../web.env], configs: [page], secrets: [token]}
            ---
            apiVersion: orchplan/v1
            kind: Config
            metadata: {name: page}
            spec: {file: ../page.html}
            ---
            apiVersion: orchplan/v1
            kind: Secret
            metadata: {name: token}
            spec: {file: ../token.txt}

            """
        for name in ["web.env", "page.html", "token.txt", ".gitignore"] { files[name] = "A=1\n" }
        files["overlays/production/web.yaml"] = "kind: Service\n"
        files[".git/config"] = "[core]\n"
        files[".orchplan/keep"] = "\n"
        try Project.with(try Project(files)) { project in
            for (path, words) in [
                ("web.env", "web.env, which a manifest names,"), ("./page.html", "page.html, which a manifest names,"),
                ("token.txt", "token.txt, which a manifest names,"), (".gitignore", "what it ignores"),
                ("overlays/production/web.yaml", "the overlay overlays/production/web.yaml"),
                ("overlays/staging/new.yml", "would be read as an overlay"),
                ("manifests/deep/../new.yaml", "would be read as a manifest"),
                (".git/config", "in .git git keeps its own"), (".git/hooks.json", "in .git git keeps its own"),
                (".orchplan/state.json", "in .orchplan orchplan keeps its own"),
            ] {
                if path.contains("staging") { try project.write("overlays/staging/web.yaml", "kind: Service\n") }
                if path.contains("deep") { try project.write("manifests/deep/x.txt", "") }
                for option in [["--output", "json=\(path)"], ["--write-baseline", path]] {
                    let run = try project.orchplan.start(["lint"] + option).wait()
                    #expect(run.status == 64 && run.err.contains(words), "\(option): \(run.all)")
                }
            }
            for (path, text) in files { #expect(try project.read(path) == text, "\(path)") }
            #expect(!project.exists("manifests/new.yaml") && !project.exists("overlays/staging/new.yml"))
            // What no run reads is free, also beside manifests.
            let free = try project.orchplan("lint", "--fail-on", "never", "--output", "json=manifests/report.json")
            #expect(free.status == 0 && project.exists("manifests/report.json"), "\(free.all)")
        }
    }

    @Test("pipes and devices are written to or refused, and nothing is waited for that may never come")
    func pipes() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try shell(project, "mkfifo pipe").status == 0)
            for words in [["--output", "json=pipe"], ["--write-baseline", "pipe"]] {
                let run = try project.orchplan.start(["lint"] + words).wait(timeout: .seconds(60))
                #expect(run.status == 2 && run.err.contains("nobody reads the pipe"), "\(run.all)")
            }
            let read = try project.orchplan.start(["lint", "--baseline", "pipe"]).wait(timeout: .seconds(60))
            #expect(read.status == 2 && read.err.contains("not a regular file"), "\(read.all)")
            let taken = try shell(
                project,
                """
                exec 3<> pipe; "$ORCHPLAN" lint --output json=pipe > out.txt || exit; head -c 17 <&3 > taken.txt
                "$ORCHPLAN" lint --output json=/dev/stdout > stdout.txt && "$ORCHPLAN" lint --format short \\
                --output json=/dev/fd/4 4> four.txt && "$ORCHPLAN" lint --output json=/dev/null > null.txt
                """
            )
            #expect(taken.status == 0, "\(taken.all)")
            #expect(try project.read("taken.txt") == "{\"formatVersion\":")
            #expect(try project.read("stdout.txt") == project.read("four.txt"), "the stream, and nothing else on it")
            #expect(try project.read("out.txt") == project.read("null.txt"))
        }
    }

    @Test("the project file names the baseline; the command line names another one, or none")
    func baseline() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("lint", "--strict").status == 1)
            try project.write("orchplan.yaml", "project: demo\ndriver: simulated\nlint: {baseline: known.txt}\n")
            let missing = try project.orchplan("lint", "--strict", "manifests/web.yaml")
            #expect(missing.status == 2 && missing.out.contains("--write-baseline known.txt"), "\(missing.all)")
            #expect(try project.orchplan("lint", "--write-baseline", "known.txt").status == 0)
            let known = try project.orchplan("lint", "--strict")
            #expect(known.status == 0 && known.out.hasPrefix("nothing new"), "\(known.all)")
            // Its path begins at the project, wherever the command is called.
            let below = try shell(project, "cd manifests && exec \"$ORCHPLAN\" lint --strict")
            #expect(below.status == 0, "\(below.all)")
            #expect(try project.orchplan("lint", "--strict", "--no-baseline").status == 1)
            #expect(try project.orchplan("lint", "--no-baseline", "--baseline", "known.txt").status == 64)
            try project.write("other.txt", "# orchplan lint baseline 1\n")
            #expect(try project.orchplan("lint", "--strict", "--baseline", "other.txt").status == 1)
        }
    }
}
