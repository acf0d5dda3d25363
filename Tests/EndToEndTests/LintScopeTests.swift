import Foundation
import Testing

/// What `lint` says of a part of a project, and of one whose own file is wrong.
@Suite("lint: parts of a project, and its settings")
struct LintScopeTests {
    private static func service(_ name: String, _ spec: String) -> String {
        "---\napiVersion: orchplan/v1\nkind: Service\nmetadata: {name: \(name)}\nspec:\n  image: '\(name)'\n\(spec)"
    }

    private static func resource(_ kind: String, _ name: String) -> String {
        "---\napiVersion: orchplan/v1\nkind: \(kind)\nmetadata: {name: \(name)}\nspec: {}\n"
    }

    @Test("one file of a project is a part of it: what the others declare and use counts, and they are not told of")
    func part() throws {
        let files = [
            "orchplan.yaml": "project: demo\ndriver: simulated\n",
            "manifests/data.yaml": Self.resource("Volume", "data"),
            "manifests/web.yaml": Self.service("web", "  mounts: ['data:/data']\n  tty: maybe\n"),
            "manifests/app.yaml": Self.service("app", "  mounts: ['data:/data']\n"),
            "aside/lone.yaml": Self.resource("Volume", "lone"),
        ]
        try Project.with(try Project(files)) { project in
            func lint(_ paths: String...) throws -> Orchplan.Output {
                try project.orchplan.start(["lint", "--format", "short"] + paths).wait()
            }
            let app = try lint("manifests/app.yaml")
            #expect(app.status == 0 && app.out.contains("app.yaml") && !app.out.contains("web.yaml"), "\(app.all)")
            #expect(!app.out.contains("error"), "the volume is declared beside it: \(app.all)")
            #expect(app.err.contains("1 error in other files of the project"), "\(app.err)")
            #expect(app.err.contains("in 1 of 1 file"), "\(app.err)")
            try project.edit("manifests/web.yaml", "maybe", "true")
            let data = try project.orchplan("lint", "manifests/data.yaml")
            #expect(data.status == 0 && data.out.isEmpty, "\(data.all)")
            #expect(data.err.contains("nothing to say about 1 resource in 1 file"), "\(data.err)")
            let aside = try lint("aside/lone.yaml")
            #expect(aside.out.contains("aside/lone.yaml:4:18: warning[OP5022]"), "\(aside.all)")
            #expect(aside.err.contains("aside/lone.yaml alone, which is not among the manifests"), "\(aside.err)")
            // Standard input in the place of one of them is as much a part.
            let unsaved = try project.orchplan
                .start(
                    ["lint", "--format", "short", "-", "--stdin-filename", "manifests/app.yaml"],
                    input: Self.service("app", "  mounts: ['data:/data', 'dta:/x']\n")
                )
                .wait()
            #expect(unsaved.status == 1 && unsaved.out.contains("`dta`"), "\(unsaved.all)")
            #expect(unsaved.out.split(separator: "\n").count { $0.contains("error[") } == 1, "\(unsaved.out)")
            try FileManager.default.removeItem(at: project.directory.appendingPathComponent("orchplan.yaml"))
            let alone = try lint("manifests/data.yaml")
            #expect(alone.err.contains("alone, since there is no orchplan.yaml"), "\(alone.err)")
        }
    }

    @Test("each named file is judged as what it is: part of the project, alone, or the project file; twice is once")
    func mixed() throws {
        let files = [
            "orchplan.yaml": "project: demo\ndriver: simulated\n",
            "manifests/data.yaml": Self.resource("Volume", "data"),
            "manifests/app.yaml": Self.service("app", "  mounts: ['data:/data']\n"),
            "other/db.yaml": Self.service("db", "  mounts: ['data:/data']\n"),
            "other/app.yaml": Self.service("app", ""),
        ]
        try Project.with(try Project(files)) { project in
            func lint(_ paths: String...) throws -> Orchplan.Output {
                try project.orchplan.start(["lint", "--format", "short"] + paths).wait()
            }
            let twice = try lint("manifests/app.yaml", "./manifests/app.yaml", "manifests/../manifests/app.yaml")
            #expect(twice.status == 0 && !twice.err.contains("alone"), "\(twice.all)")
            #expect(try twice.out == lint("manifests/app.yaml").out && twice.out.contains("app.yaml"))
            let mixed = try lint("manifests/app.yaml", "other/db.yaml", "other/app.yaml", "orchplan.yaml")
            #expect(mixed.status == 1, "\(mixed.all)")
            let errors = mixed.out.split(separator: "\n").filter { $0.contains("error[") }
            #expect(errors.count == 1 && errors.first?.hasPrefix("other/db.yaml:") == true, "\(mixed.out)")
            #expect(mixed.out.contains("manifests/app.yaml:") && mixed.out.contains("other/app.yaml:"), "\(mixed.out)")
            #expect(mixed.err.contains("looked at 2 files alone, which are not among the manifests"), "\(mixed.err)")
            let report = try project.orchplan("lint", "manifests/app.yaml", "other/db.yaml", "--output", "json=r.json")
            #expect(report.status == 1 && report.out.contains("other/db.yaml:7"), "\(report.all)")
            #expect(try project.read("r.json").contains("\"file\":\"other/db.yaml\""))
            let own = try project.orchplan("lint", "orchplan.yaml")
            #expect(own.status == 0 && own.out.isEmpty && own.err.contains("in 1 file"), "\(own.all)")
            try project.edit("orchplan.yaml", "project: demo", "project: demo\ndrivr: x")
            let faulty = try lint("orchplan.yaml")
            #expect(faulty.status == 1 && faulty.out.hasPrefix("orchplan.yaml:2:1: error"), "\(faulty.all)")
            try project.write("other/orchplan.yaml", "project: b\n")
            let foreign = try lint("other/orchplan.yaml", "manifests/app.yaml")
            #expect(foreign.status == 64 && foreign.err.contains("lint --directory other"), "\(foreign.all)")
            let folder = try lint("manifests", "other")
            #expect(folder.status == 64 && folder.err.contains("lint --directory other"), "\(folder.all)")
            let nested = try lint("other")
            #expect(nested.out.contains("other/app.yaml") && !nested.all.contains("alone"), "\(nested.all)")
        }
    }

    @Test("the project's own folder, named or not, is listed to the same end; a link out of it leads to nothing")
    func ownFolder() throws {
        let files = [
            "p/orchplan.yaml": "project: demo\ndriver: simulated\nmanifests: [files]\n",
            "p/inside/web.yaml": Self.service("web", "  tty: true\n"),
            "outside/app.yaml": Self.service("app", "  tty: true\n"),
        ]
        try Project.with(try Project(files)) { project in
            let folder = project.directory.appendingPathComponent("p")
            func lint(_ target: String) throws -> [Orchplan.Output] {
                let link = folder.appendingPathComponent("files").path
                try? FileManager.default.removeItem(atPath: link)
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
                return try [[], ["files"]]
                    .map { try project.orchplan.start(["lint", "--directory", "p", "--format", "short"] + $0).wait() }
            }
            let inside = try lint("inside")
            #expect(inside.allSatisfy { $0.status == 0 && $0.out.contains("web.yaml") }, "\(inside.map(\.all))")
            #expect(inside[0].out == inside[1].out)
            let outside = try lint("../outside")
            #expect(outside.allSatisfy { $0.status == 1 && $0.out.contains("OP2205") }, "\(outside.map(\.all))")
            #expect(outside.allSatisfy { !$0.all.contains("app.yaml") })
        }
    }

    @Test("a faulty project file and policy are findings with places, told with all others in every report")
    func settings() throws {
        let files = [
            "orchplan.yaml": """
            project: demo
            driver: simulated
            policy: policy.yaml
            lint:
              rules:
                image-tag: warn
                no-such-rule: error

            """,
            "policy.yaml": "privilegs: false\n",
            "manifests/web.yaml": Self.service("web", "  tty: maybe\n"),
        ]
        try Project.with(try Project(files)) { project in
            let places = [
                "manifests/web.yaml:7:8: error", "orchplan.yaml:6:16: error[OP2007]",
                "orchplan.yaml:7:5: error[OP2302]", "policy.yaml:1:1: error",
            ]
            let run = try project.orchplan("lint", "--format", "short", "--output", "json=all.json")
            #expect(run.status == 1, "\(run.all)")
            for place in places { #expect(run.out.contains(place), "\(run.out)") }
            #expect(run.out.contains("the severity of the rule `image-tag` cannot be `warn`"))
            let report = try project.read("all.json")
            #expect(report.contains("did you mean `warning`?") && report.contains("\"file\":\"policy.yaml\""))
            // Nothing is said of what is not known: neither the driver's limits nor another environment's manifests.
            try project.edit("orchplan.yaml", "driver: simulated", "driver: lokal")
            let unsure = try project.orchplan("lint", "--format", "short")
            #expect(unsure.out.contains("orchplan.yaml:2:9: error") && !unsure.out.contains("OP2403"), "\(unsure.all)")
            let none = try project.orchplan("lint", "--env", "prod", "--output", "sarif=none.sarif")
            #expect(none.status == 2 && none.out.contains("no environment `prod`"), "\(none.all)")
            #expect(try project.read("none.sarif").contains("no environment `prod`"))
        }
    }

    @Test("what the project file names and is not there is told at its place, a baseline too, and hides nothing else")
    func missing() throws {
        let files = [
            "orchplan.yaml": """
            project: demo
            driver: simulated
            manifests: [manifests, nope]
            policy: lost.yaml
            lint: {baseline: gone.txt}
            environments:
              a: {state: x.db, overlays: [overlays/nope]}
              b: {state: x.db}

            """,
            "manifests/web.yaml": Self.service("web", "  tty: maybe\n"),
        ]
        try Project.with(try Project(files)) { project in
            let run = try project.orchplan("lint", "--env", "a", "--format", "short")
            #expect(run.status == 2, "\(run.all)")
            for place in [
                "manifests/web.yaml:7:8: error", "orchplan.yaml:3:24: error[OP2201]",
                "orchplan.yaml:4:9: error[OP2201]",
                "orchplan.yaml:5:18: error[OP2302]: the baseline gone.txt", "orchplan.yaml:7:14: error[OP2302]",
                "orchplan.yaml:7:31: error[OP2201]",
            ] {
                #expect(run.out.contains(place), "\(run.out)")
            }
            // A fix would mend what the baseline knows.
            #expect(try project.orchplan("lint", "--fix").status == 2)
            #expect(try project.orchplan("lint", "--baseline", "other.txt").out.isEmpty)
        }
    }

    @Test("the project file and its policy are shown where they lie, from any folder, and count as files")
    func placesOfSettings() throws {
        let files = [
            "svc/orchplan.yaml": "project: demo\ndriver: simulated\npolicy: policy.yaml\nlint: {baseline: gone.txt}\n",
            "svc/policy.yaml": "privilegs: false\n", "svc/manifests/data.yaml": Self.resource("Volume", "data"),
            "svc/aside/lone.yaml": Self.resource("Volume", "lone"),
        ]
        try Project.with(try Project(files)) { project in
            let run = try project.orchplan("lint", "-C", "svc", "--format", "short")
            #expect(run.status == 2 && run.out.contains("svc/orchplan.yaml:4:18: error[OP2302]"), "\(run.all)")
            #expect(run.out.contains("svc/policy.yaml:1:1: error"), "\(run.all)")
            #expect(run.err.contains("2 errors, 1 warning in 3 of 3 files"), "\(run.err)")
            let aside = try project.orchplan("lint", "svc/aside", "--no-baseline")
            #expect(aside.err.contains("looked at svc/aside alone, which is not among the manifests"), "\(aside.all)")
        }
    }

    @Test("a path or file that is empty, as with an empty variable, is refused and never means the whole folder")
    func emptyPaths() throws {
        try Project.with(try Project(["a.yaml": Self.service("a", "  labels:   {a: b}\n")])) { project in
            let before = try project.read("a.yaml")
            for words in [
                ["fmt", ""], ["lint", "--fix", ""], ["plan", ""], ["lint", "--baseline", ""],
                ["lint", "--write-baseline", ""], ["lint", "--write-baseline", "-"],
            ] {
                let run = try project.orchplan.start(words).wait()
                #expect(run.status == 64, "\(words): \(run.all)")
            }
            #expect(try project.read("a.yaml") == before)
        }
    }

    @Test("--changed-since goes by resource: lines that changed, what refers to them, what lost its last use")
    func changes() throws {
        let many = (1...20).map { Self.service("s\($0)", "  networks: [front]\n") }.joined()
        let files = [
            "orchplan.yaml": "project: demo\ndriver: simulated\n", "manifests/all.yaml": many,
            "manifests/net.yaml": Self.resource("Network", "front") + Self.resource("Volume", "data"),
            "manifests/user.yaml": Self.service("user", "  mounts: ['data:/data']\n"),
        ]
        try Project.with(try Project(files)) { project in
            func told(_ revision: String = "HEAD", rules: String = "image-tag,unused-resource") throws -> [Substring] {
                let words = ["lint", "--format", "short", "--only", rules, "--changed-since", revision]
                return try project.orchplan.start(words).wait().out.split(separator: "\n")
                    .map { $0.prefix { $0 != " " } }
            }
            try project.git("git init -q .; git add .; git commit -qm one; git config diff.noprefix true")
            #expect(try told().isEmpty)
            try project.edit("manifests/all.yaml", "'s7'\n", "'s7'\n  replicas: 3\n")
            #expect(try told() == ["manifests/all.yaml:48:10:"])
            try project.git("git commit -qam two")
            // A line that is gone is a change of what it stood in, at its edges, too.
            try project.edit("manifests/all.yaml", "  image: 's7'\n  replicas: 3\n", "  image: 's7'\n")
            #expect(try told() == ["manifests/all.yaml:48:10:"])
            try project.git("git commit -qam three")
            // A network that a service left is not what changed for the others on it.
            try project.edit("manifests/all.yaml", "'s9'\n  networks: [front]\n", "'s9'\n  networks: []\n")
            #expect(try told() == ["manifests/all.yaml:62:10:"])
            try project.git("git checkout -q manifests/all.yaml")
            try project.edit("manifests/net.yaml", "front}\nspec: {}", "front}\nspec: {internal: true}")
            #expect(try told().count == 20, "all are on the network")
            try project.git("git commit -qam four")
            try project.edit("manifests/user.yaml", "  mounts: ['data:/data']\n", "")
            #expect(try told().contains("manifests/net.yaml:9:18:"), "nothing uses it any more")
        }
    }

    @Test("what is no one revision is refused with the way to say it")
    func revisions() throws {
        let files = ["orchplan.yaml": "project: demo\n", "manifests/net.yaml": Self.resource("Network", "front")]
        try Project.with(try Project(files)) { project in
            try project.git("git init -q .; git add .; git commit -qm one")
            for (revision, help) in [
                ("^HEAD", "--changed-since HEAD"), ("a..b", "--changed-since a"),
                ("main...", "git merge-base main HEAD"), ("@{u}", "--set-upstream-to"), ("HEAD^!", "is no revision"),
            ] {
                let run = try project.orchplan.start(["lint", "--changed-since=\(revision)"]).wait()
                #expect(run.status == 2 && run.err.contains(help), "\(revision): \(run.all)")
            }
            for empty in ["", " "] {
                let run = try project.orchplan("lint", "--changed-since", empty)
                #expect(run.status == 64 && run.err.contains("--changed-since names no revision"), "\(run.all)")
            }
        }
    }

    @Test("a folder that is named and holds a project file is that project, as with --directory; plans ask for that")
    func namedProject() throws {
        let files = [
            "svc/orchplan.yaml": """
            project: demo
            driver: simulated
            lint: {baseline: known.txt, rules: {image-tag: error}}
            environments: {production: {overlays: [over]}}

            """,
            "svc/manifests/web.yaml": Self.service("web", ""),
            "svc/over/web.yaml": "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec: {replicas: 3}\n",
        ]
        try Project.with(try Project(files)) { project in
            func lint(_ arguments: String...) throws -> Orchplan.Output {
                try project.orchplan.start(["lint", "--format", "short"] + arguments).wait()
            }
            let missing = try lint("-C", "svc")
            #expect(missing.status == 2 && missing.out.contains("svc/known.txt cannot be read"), "\(missing.all)")
            let advice = try project.orchplan.start(["lint", "-C", "svc"]).wait().out
            #expect(advice.contains("--write-baseline known.txt"), "as it is typed there: \(advice)")
            let rules = try lint("svc", "--no-baseline")
            #expect(
                rules.status == 1 && rules.out.contains("svc/manifests/web.yaml:6:10: error[OP5001]"),
                "\(rules.all)"
            )
            #expect(!rules.out.contains("over/web.yaml"), "\(rules.out)")
            #expect(rules.err.contains("looked at an overlay with the environment production"), "\(rules.err)")
            #expect(try lint("-C", "svc", "--write-baseline", "known.txt", "--output", "json=r.json").status == 0)
            #expect(try project.read("svc/known.txt").contains("image-tag") && !project.read("svc/r.json").isEmpty)
            for words in [
                ["svc"], ["svc/orchplan.yaml", "svc/manifests"], ["-C", "svc"], ["-C", "svc", "."], ["svc/manifests/*"],
                ["svc/manifests/web.yaml", "svc/over"],
            ] {
                let known = try project.orchplan.start(["lint"] + words).wait()
                #expect(known.status == 0 && known.all.contains("in the baseline"), "\(words): \(known.all)")
            }
            let overlay = try lint("svc", "-e", "production")
            #expect(overlay.status == 0 && !overlay.err.contains("looked at"), "\(overlay.all)")
            try project.edit("svc/over/web.yaml", "replicas: 3", "replcias: 3, networks: [frnt]")
            for words in [
                ["svc"], ["svc/over/web.yaml"], ["-C", "svc", "over", "manifests"], ["svc", "-e", "production"],
            ] {
                let faulty = try project.orchplan.start(["lint", "--format", "short"] + words).wait()
                let errors = faulty.out.split(separator: "\n").filter { $0.contains("error[") }
                #expect(
                    errors.map { $0.prefix { $0 != " " } }.map(String.init) == [
                        "svc/over/web.yaml:4:8:", "svc/over/web.yaml:4:32:",
                    ],
                    "\(words): \(faulty.all)"
                )
                #expect(faulty.status == 1)
            }
            for command in ["plan", "apply"] {
                let run = try project.orchplan(command, "svc")
                #expect(run.status == 64 && run.err.contains("orchplan \(command) --directory svc"), "\(run.all)")
            }
            #expect(try project.orchplan("plan", "-C", "svc").status == 0)
        }
    }
}
