import Foundation
import Testing

/// What `lint` hands to other programs, as they take it.
@Suite("lint: reports, baselines and exit codes")
struct LintReportTests {
    static let files = [
        "orchplan.yaml": "project: demo\ndriver: simulated\n",
        "manifests/two words/日本 #1.yaml": """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec:
          image: nginx  # orchplan: ignore=image-tag we "say" <so>
          environment: {"日本]]>&<\\"'%": x}
          privileged: true
        """,
        "manifests/api.yaml": """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: api}
        spec: {image: api, replcias: 2, dependsOn: [{service: web}]}
        """,
    ]

    private static let formats = [
        "json", "ndjson", "sarif", "github", "junit", "gitlab", "checkstyle", "text", "short",
    ]

    private func shell(_ project: Project, _ script: String) throws -> Orchplan.Output {
        let environment = project.orchplan.environment.merging(["ORCHPLAN": Orchplan.binary.path]) { $1 }
        let words = ["bash", "-euc", "set -o pipefail; " + script]
        return try RunningProcess(words, directory: project.directory, environment: environment, input: nil).wait()
    }

    private func check(_ project: Project, _ reports: [String]) throws {
        let script = Repository.root.appendingPathComponent("Tests/Scripts/check-report.py")
        var environment = project.orchplan.environment
        for name in ["PATH", "HOME", "ORCHPLAN_SARIF_SCHEMA"] {
            environment[name] = ProcessInfo.processInfo.environment[name]
        }
        let words = ["python3", script.path] + reports
        let checked = try RunningProcess(words, directory: project.directory, environment: environment, input: nil)
            .wait()
        #expect(checked.status == 0, "\(checked.all)")
    }

    @Test("every report is whole and as its readers take it, although the run fails")
    func reports() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try shell(project, "git init -q .").status == 0)
            let outputs = Self.formats.flatMap { ["--output", "\($0)=report.\($0)"] }
            let run = try project.orchplan.start(["lint", "--report-suppressed"] + outputs).wait()
            #expect(run.status == 1 && run.out.contains("replcias"), "\(run.all)")
            try check(project, Self.formats.map { "\($0)=report.\($0)" })
            let sarif = try project.read("report.sarif")
            #expect(sarif.contains("manifests/two%20words/%E6%97%A5%E6%9C%AC%20%231.yaml"))
            #expect(sarif.contains("\"kind\":\"inSource\"") && sarif.contains("we \\\"say\\\" <so>"))
            #expect(try project.read("report.short") == (try project.orchplan("lint", "--format", "short").out))
            for format in Self.formats {
                let alone = try project.orchplan("lint", "--format", format)
                let asFile = try project.orchplan("lint", "--output", "\(format)=-")
                #expect(alone.out == asFile.out && alone.status == 1)
                #expect(try project.read("report.\(format)").isEmpty == false)
            }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: project.directory.path)
                    .allSatisfy { !$0.hasSuffix(".tmp") }
            )
        }
    }

    @Test(
        "SARIF is valid by the official schema",
        // The schema is not ours to copy, and comes from a network that a machine may not reach.
        .enabled(if: hasSchema, "the schema is not here: Tests/Scripts/sarif-schema.sh fetches it")
    )
    func schema() throws {
        try Project.with(try Project(Self.files)) { project in
            for (name, arguments) in [
                ("all", ["--report-suppressed"]), ("some", ["--only", "security", "manifests/two words"]),
                ("none", ["--write-baseline", "b.txt", "manifests/two words"]),
            ] {
                let run = try project.orchplan.start(["lint", "--output", "sarif=\(name).sarif"] + arguments).wait()
                #expect(run.status <= 1, "\(run.all)")
                try check(project, ["sarif=\(name).sarif", "sarif-schema=\(name).sarif"])
            }
        }
    }

    private static let hasSchema: Bool = {
        let path =
            ProcessInfo.processInfo.environment["ORCHPLAN_SARIF_SCHEMA"]
            ?? Repository.root.appendingPathComponent(".build/sarif-schema-2.1.0.json").path
        return FileManager.default.fileExists(atPath: path)
    }()

    @Test("a reader that has enough costs no report, and a report that cannot be written is said")
    func streams() throws {
        try Project.with(try Project(Self.files)) { project in
            let cut = try shell(
                project,
                "\"$ORCHPLAN\" lint --format sarif --output junit=r.xml | head -c 9 >/dev/null || true"
            )
            #expect(cut.status == 0, "\(cut.all)")
            try check(project, ["junit=r.xml"])
            #expect(try project.orchplan("lint", "--output", "sarif=no/where.sarif").status == 2)
            #expect(try project.orchplan("lint", "--output", "sarif=manifests").status == 2)
            #expect(try project.orchplan("lint", "--output", "junit=/dev/full").status == 2)
            for usage in [
                ["--output", "sarif=a", "--output", "json=a"], ["--output", "sarif=-", "--format", "json"],
                ["--output", "sarif=-", "--output", "json=-"], ["--output", "serif=a"], ["--output", "sarif="],
                ["--only", "image-tga"], ["--fail-on", "sometimes"], ["--strict", "--fail-on", "note"],
                ["--write-baseline", "b", "--baseline", "b"], ["--write-baseline", "b", "--only", "images"],
                ["--max-warnings", "-1"], ["--stdin-filename", "a.yaml"], ["--fix", "-", "--stdin-filename", "a.yaml"],
            ] {
                let run = try project.orchplan.start(["lint"] + usage).wait()
                #expect(run.status == 64 && run.out.isEmpty, "\(usage): \(run.all)")
            }
        }
    }

    @Test("what fails the run is a matter of level and number")
    func levels() throws {
        var files = Self.files
        files["manifests/api.yaml"] = nil
        try Project.with(try Project(files)) { project in
            for (arguments, status) in [
                ([], 0), (["--strict"], 1), (["--fail-on", "warning"], 1), (["--fail-on", "info"], 1),
                (["--fail-on", "never"], 0), (["--max-warnings", "0"], 1), (["--max-warnings", "9"], 0),
                (["--strict", "--only", "health"], 0), (["--strict", "--only", "health,privileged"], 1),
                (["--strict", "--skip", "security", "--skip", "naming"], 0),
            ] as [([String], Int32)] {
                let run = try project.orchplan.start(["lint", "--format", "short"] + arguments).wait()
                #expect(run.status == status, "\(arguments): \(run.all)")
            }
            let text = try project.orchplan("lint").out
            #expect(text.contains(" in 1 of 1 file; 1 suppressed"), "\(text)")
            try project.write("manifests/api.yaml", "kind: [\n")
            #expect(try project.orchplan("lint").status == 1)
            #expect(try project.orchplan("lint", "--fail-on", "never").status == 0)
        }
    }

    @Test("a baseline hides what was there and nothing else, and shrinks")
    func baseline() throws {
        var files = Self.files
        files["manifests/api.yaml"] = nil
        try Project.with(try Project(files)) { project in
            let manifest = "manifests/two words/日本 #1.yaml"
            #expect(try project.orchplan("lint", "--strict", "--baseline", "known.txt").status == 2)
            let written = try project.orchplan("lint", "--strict", "--write-baseline", "known.txt")
            #expect(written.status == 0 && written.err.contains("known.txt knows"), "\(written.all)")
            let text = try project.read("known.txt")
            try project.edit(manifest, "apiVersion", "# later\n\napiVersion")
            let same = try project.orchplan("lint", "--fail-on", "note", "--baseline", "known.txt")
            #expect(same.status == 0 && same.out.hasPrefix("nothing new; 1 suppressed, "), "\(same.all)")
            try project.edit(
                manifest,
                "  privileged: true",
                "  hostname: web\n  readOnly: false\n  command: [sh, -c, 'a; b']"
            )
            let changed = try project.orchplan("lint", "--baseline", "known.txt")
            #expect(changed.out.contains("[OP5070]") && changed.out.contains("a finding of the baseline is gone"))
            #expect(changed.out.contains("known.txt:"), "\(changed.out)")
            // What a part of the project cannot tell of is not called gone.
            try project.write(
                "manifests/other.yaml",
                "apiVersion: orchplan/v1\nkind: Volume\nmetadata: {name: v}\nspec: {}\n"
            )
            let part = try project.orchplan("lint", "--baseline", "known.txt", "manifests/other.yaml")
            #expect(!part.out.contains("OP5904"), "\(part.out)")
            let some = try project.orchplan("lint", "--baseline", "known.txt", "--only", "images")
            #expect(!some.out.contains("OP5904"), "\(some.out)")
            #expect(try project.orchplan("lint", "--write-baseline", "known.txt").status == 0)
            #expect(try project.read("known.txt") != text)
            #expect(try project.orchplan("lint", "--fail-on", "note", "--baseline", "known.txt").status == 0)
            try project.write("known.txt", text + "<<<<<<< ours\n")
            let broken = try project.orchplan("lint", "--baseline", "known.txt")
            #expect(broken.status == 2 && broken.err.contains("is no entry"), "\(broken.all)")
        }
    }

    @Test("a baseline is the same wherever it is written, and what it knows is offered for no mending")
    func anywhere() throws {
        let web = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: web}
            spec:
              image: nginx:1.27
              environment:
                - SHOP_LEVEL
              tty: true

            """
        let files = ["orchplan.yaml": "project: demo\ndriver: simulated\n", "manifests/web.yaml": web]
        try Project.with(try Project(files)) { project in
            let before = try project.orchplan("lint")
            #expect(before.out.contains("OP2031") && before.err.contains("--fix --unsafe"), "\(before.all)")
            let bare = try project.orchplan("lint", "--write-baseline", "bare.txt")
            #expect(!bare.err.contains("--fix"), "\(bare.all)")
            var full = project.orchplan
            full.environment["SHOP_LEVEL"] = "info"
            #expect(try full("lint", "--write-baseline", "full.txt").status == 0)
            #expect(try project.read("full.txt") == project.read("bare.txt"))
            for orchplan in [project.orchplan, full] {
                let run = try orchplan("lint", "--fail-on", "note", "--baseline", "full.txt")
                #expect(run.status == 0, "\(run.all)")
            }
        }
    }

    @Test("words that name nothing are answered with what is near and where to look")
    func words() throws {
        let files = ["orchplan.yaml": "project: demo\ndriver: simulated\nenvironments: {production: {}}\n"]
        try Project.with(try Project(files)) { project in
            let answers: [([String], Int32, String)] = [
                (["--only", "op5999"], 64, "did you mean OP5009? orchplan explain rules lists them"),
                (["--skip", "image-tga"], 64, "did you mean image-tag?"),
                (["--only", "op2031"], 64, "orchplan explain OP2031 says"),
                (["--only", ""], 64, "--only names no rule"),
                (["--skip", ","], 64, "--skip names no rule"),
                (["--output", "saril=x"], 64, "did you mean 'sarif'? formats: text, short, json"),
                (["--output", "foo=x"], 64, "there is no format 'foo'; formats: text,"),
                (["--output", "sarif"], 64, "write sarif=FILE"), (["-e", "prod"], 2, "did you mean `production`?"),
            ]
            for (arguments, status, answer) in answers {
                let run = try project.orchplan.start(["lint"] + arguments).wait()
                #expect(run.status == status && run.all.contains(answer), "\(arguments): \(run.all)")
            }
            let explained = try project.orchplan("explain", "op5001")
            #expect(explained.out.contains("image-tag"), "\(explained.all)")
        }
    }
}
