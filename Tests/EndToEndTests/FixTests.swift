import Foundation
import Testing

@Suite("lint --fix and fmt write files, print diffs and end with the right status")
struct FixTests {
    private static let web = """
        # The web.
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec:
            command: [sleep, "1000"]   # how
            replcias: "2"
            stopGracePeriod: 5s

        """
    private static let files = ["orchplan.yaml": "project: fix\n", "manifests/web.yaml": web]

    private func text(_ project: Project) throws -> String {
        try String(contentsOf: project.directory.appendingPathComponent("manifests/web.yaml"), encoding: .utf8)
    }

    @Test("a diff writes nothing, a fix writes once, standard input is answered on standard output")
    func fix() throws {
        try Project.with(try Project(Self.files)) { project in
            let orchplan = project.orchplan
            let before = try orchplan("lint")
            #expect(before.status == 1 && before.err.contains("1 fix with --fix --unsafe"), "\(before.all)")
            let safe = try orchplan("lint", "--fix")
            #expect(safe.status == 1 && safe.err.contains("nothing to fix"), "\(safe.all)")
            let diff = try orchplan("lint", "--fix", "--unsafe", "--diff")
            #expect(diff.status == 0 && diff.out.contains("-    replcias: \"2\"\n+    replicas: 2\n"), "\(diff.all)")
            #expect(try text(project) == Self.web)
            let piped = try orchplan("lint", "--fix", "--unsafe", "-", input: Self.web)
            let fixed = try orchplan("lint", "--fix", "--unsafe")
            #expect(fixed.status == 0 && fixed.err.contains("made 2 fixes in 1 file"), "\(fixed.all)")
            #expect(try text(project) == Self.web.replacingOccurrences(of: "replcias: \"2\"", with: "replicas: 2"))
            #expect(try piped.out == text(project), "\(piped.all)")
            #expect(try orchplan("lint", "--fix", "--unsafe").err.contains("nothing to fix"))
            #expect(try orchplan("lint", "--unsafe").status == 64)
        }
    }

    @Test("a file that cannot be written hides neither what was mended nor what is left")
    func unwritable() throws {
        var files = Self.files
        files["manifests/app.yaml"] = Self.web.replacingOccurrences(of: "name: web", with: "name: app")
        try Project.with(try Project(files)) { project in
            let web = project.directory.appendingPathComponent("manifests/web.yaml").path
            try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: web)
            let run = try project.orchplan(
                "lint",
                "--fix",
                "--unsafe",
                "--format",
                "json",
                "--output",
                "short=left.txt"
            )
            #expect(run.status == 2 && run.err.contains("manifests/web.yaml was not written"), "\(run.all)")
            #expect(run.err.contains("made fixes in 1 of 2 files"), "\(run.err)")
            #expect(try project.read("manifests/app.yaml").contains("replicas: 2"))
            #expect(try text(project) == Self.web)
            #expect(run.out.contains("`replcias`"), "what is left is told: \(run.out)")
            let left = try project.read("left.txt")
            #expect(left.contains("manifests/web.yaml:7:5: error") && !left.contains("app.yaml:7"), "\(left)")
            let none = try project.orchplan("lint", "--fix", "--unsafe")
            #expect(none.status == 2 && none.err.contains("no fix was made"), "\(none.all)")
        }
    }

    @Test("fmt --check lists files, fmt lays them out once, and what is no YAML is left alone")
    func fmt() throws {
        try Project.with(try Project(Self.files)) { project in
            let orchplan = project.orchplan
            let check = try orchplan("fmt", "--check")
            #expect(check.status == 1 && check.out == "manifests/web.yaml\n", "\(check.all)")
            let piped = try orchplan("fmt", "-", input: Self.web)
            #expect(try orchplan("fmt").status == 0)
            #expect(try text(project).contains("\nspec:\n  command: [sleep, '1000'] # how\n  replcias: '2'\n"))
            #expect(try piped.out == text(project))
            #expect(try orchplan("fmt", "--check").all.contains("nothing to change"))
            try project.write("manifests/bad.yaml", "a: [1\n")
            let bad = try orchplan("fmt")
            #expect(bad.status == 2 && bad.err.contains("bad.yaml:"), "\(bad.all)")
        }
    }

    @Test("fmt takes the patterns that lint takes, and leaves out what git ignores")
    func patterns() throws {
        var files = Self.files
        files["manifests/made/app.yaml"] = Self.web
        try Project.with(try Project(files)) { project in
            try project.git("git init -q .; echo made/ > .gitignore")
            let none = try project.orchplan("fmt", "--check", "manifests/*.yml")
            #expect(none.status == 2 && none.err.contains("no file matches manifests/*.yml"), "\(none.all)")
            let found = try project.orchplan("fmt", "--check", "**/*.{yaml,yml}")
            #expect(found.status == 1 && found.out == "manifests/web.yaml\n", "\(found.all)")
            #expect(found.err.contains("1 file or folder that .gitignore names was left out"), "\(found.err)")
            let all = try project.orchplan("fmt", "--check", "--no-ignore", "**/*.yaml")
            #expect(all.out == "manifests/made/app.yaml\nmanifests/web.yaml\n", "\(all.all)")
        }
    }

    @Test("a diff shows no secret, whether fixes or white space are what it is about")
    func secrets() throws {
        let text = Self.web + "    environment: {DB_PASSWORD: hunter2, LEVEL: info}\n"
        try Project.with(try Project(["orchplan.yaml": "project: fix\n", "manifests/web.yaml": text])) { project in
            for words in [["lint", "--fix", "--unsafe", "--diff"], ["fmt", "--diff"], ["lint"]] {
                let run = try project.orchplan.start(words).wait()
                #expect(run.out.contains("web.yaml") && !run.all.contains("hunter2"), "\(words): \(run.all)")
            }
            let diff = try project.orchplan("fmt", "--diff")
            #expect(diff.out.contains("+  environment: {DB_PASSWORD: (sensitive), LEVEL: info}"), "\(diff.all)")
        }
    }

    @Test("killed at any moment it leaves the old text or the new one")
    func killed() throws {
        let services = (0..<400).map { Self.web.replacingOccurrences(of: "name: web", with: "name: web\($0)") }
        let before = services.joined(separator: "---\n")
        let after = before.replacingOccurrences(of: "replcias: \"2\"", with: "replicas: 2")
        try Project.with(try Project(Self.files)) { project in
            var written = 0
            for round in 0..<24 {
                try project.write("manifests/web.yaml", before)
                let running = try project.orchplan.start(["lint", "--fix", "--unsafe"])
                usleep(UInt32(round) * 60_000)
                running.send(SIGKILL)
                _ = try running.wait()
                let now = try text(project)
                #expect(now == before || now == after, "round \(round)")
                if now == after { written += 1 }
                if written > 2 { break }
            }
            let folder = project.directory.appendingPathComponent("manifests").path
            let listed = try project.orchplan("fmt", "--check")
            #expect(!listed.out.contains(".tmp"), "\(listed.all)")
            let child = Process()
            child.executableURL = URL(fileURLWithPath: "/bin/true")
            try child.run()
            child.waitUntilExit()
            try project.write("manifests/.web.yaml.\(child.processIdentifier).tmp", "half")
            _ = try project.orchplan("lint", "--fix", "--unsafe")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["web.yaml"])
        }
    }
}
