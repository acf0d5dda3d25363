import Foundation
import Testing

/// What scripts and CI jobs rely on: exit codes, streams, formats.
///
/// On the simulated driver, which needs nothing.
@Suite("The command line keeps its contracts")
struct ContractTests {
    private static let web = """
        apiVersion: orchplan/v1
        kind: Service
        metadata:
          name: web
        spec:
          image: example/web:1
          replicas: 3
          update:
            batch: 2
            monitor: 1s
        """
    private static let files = ["orchplan.yaml": "project: demo\ndriver: simulated\n", "manifests/web.yaml": web]

    @Test("lint: 0 clean, 1 findings, 2 could not run; results on standard output, in JSON too")
    func lint() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("lint").status == 0)
            try project.edit("manifests/web.yaml", "replicas: 3", "replcias: 3")
            let found = try project.orchplan("lint")
            #expect(found.status == 1)
            #expect(found.out.contains("did you mean `replicas`?"))
            #expect(found.out.contains("manifests/web.yaml:7:3"))
            let json = try project.orchplan("lint", "--format", "json")
            let document = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
            #expect((document?["diagnostics"] as? [[String: Any]])?.count == 1)
            #expect(try project.orchplan("lint", "no-such-folder").status != 0)
            #expect(try project.orchplan("lint", "--no-such-flag").status == 64)
        }
    }

    @Test("diff: 0 same, 1 differs, 2 could not tell; plan: 0, and 2 only when asked")
    func diffAndPlan() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("diff").status == 1)
            #expect(try project.orchplan("plan").status == 0)
            #expect(try project.orchplan("plan", "--detailed-exitcode").status == 2)
            #expect(!project.exists(".orchplan"), "looking makes nothing")
            #expect(try project.orchplan("apply", "--yes").status == 0)
            #expect(try project.orchplan("diff").status == 0)
            #expect(try project.orchplan("plan", "--detailed-exitcode").status == 0)
            try project.write("manifests/bad.yaml", "nonsense")
            #expect(try project.orchplan("diff").status == 2)
            #expect(try project.orchplan("plan").status == 1)
            let json = try project.orchplan("plan", "--format", "json")
            let document = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
            #expect(json.status == 1 && (document?["diagnostics"] as? [Any])?.count == 1 && json.err.isEmpty)
            let hurried = try project.orchplan("apply", "--yes", "--timeout", "0s")
            #expect(hurried.status == 64 && hurried.err.contains("--timeout 0s leaves no time"))
        }
    }

    @Test("an emptied or unreadable folder is an error and never deletes")
    func emptied() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try FileManager.default.removeItem(at: project.directory.appendingPathComponent("manifests/web.yaml"))
            let applied = try project.orchplan("apply", "--yes")
            #expect(applied.status == 1, "\(applied.all)")
            #expect(try project.orchplan("state", "list").out.contains("service/web"))
        }
    }

    @Test("apply refuses before it does anything when nobody can approve")
    func approval() throws {
        try Project.with(try Project(Self.files)) { project in
            let refused = try project.orchplan("apply")
            #expect(refused.status == 64)
            #expect(refused.err.contains("--yes"))
            #expect(!project.exists(".orchplan"))
        }
    }

    @Test("a saved plan is applied once, refused when edited, and stale when what it relies on moved")
    func savedPlans() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("plan", "--out", "one.plan").status == 0)
            let text = try project.read("one.plan")
            try project.write("edited.plan", text.replacingOccurrences(of: "example/web:1", with: "example/web:6"))
            let edited = try project.orchplan("apply", "edited.plan")
            #expect(edited.status == 1)
            #expect(edited.err.contains("edited"), "\(edited.err)")
            #expect(try project.orchplan("show", "one.plan").out.contains("service/web"))
            #expect(try project.orchplan("apply", "one.plan").status == 0)
            #expect([1, 3].contains(try project.orchplan("apply", "one.plan").status))

            try project.edit("manifests/web.yaml", "web:1", "web:2")
            #expect(try project.orchplan("plan", "--out", "two.plan").status == 0)
            try project.edit("manifests/web.yaml", "web:2", "web:3")
            #expect(try project.orchplan("apply", "--yes").status == 0)
            let stale = try project.orchplan("apply", "two.plan")
            #expect(stale.status == 3, "\(stale.all)")
            #expect(stale.all.contains("service/web"))
        }
    }

    @Test("a change elsewhere does not make a saved plan stale")
    func unrelatedChange() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try project.edit("manifests/web.yaml", "web:1", "web:2")
            #expect(try project.orchplan("plan", "--out", "web.plan").status == 0)
            try project.edit("manifests/web.yaml", "web:2", "web:1")
            try project.write("manifests/api.yaml", Self.web.replacingOccurrences(of: "web", with: "api"))
            #expect(try project.orchplan("apply", "--yes").status == 0)
            let applied = try project.orchplan("apply", "web.plan")
            #expect(applied.status == 0, "\(applied.all)")
            #expect(try project.orchplan("state", "show", "service/api").status == 0)
        }
    }

    @Test("a closed standard output does not stop an apply")
    func closedOutput() throws {
        try Project.with(try Project(Self.files)) { project in
            let shell = try RunningProcess(
                ["sh", "-c", "\(Orchplan.binary.path) apply --yes | head -c 1 >/dev/null"],
                directory: project.directory,
                environment: project.orchplan.environment,
                input: nil
            )
            _ = try shell.wait()
            #expect(try project.orchplan("diff").status == 0)
        }
    }

    @Test("history tells what was applied, and rollback goes back")
    func rollback() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try project.edit("manifests/web.yaml", "web:1", "web:2")
            #expect(try project.orchplan("apply", "--yes").status == 0)
            let back = try project.orchplan("rollback", "--yes")
            #expect(back.status == 0, "\(back.all)")
            #expect(back.out.contains("\"example/web:2\" -> \"example/web:1\""), "\(back.out)")
            let history = try project.orchplan("history", "--format", "json")
            let document = try JSONSerialization.jsonObject(with: Data(history.out.utf8)) as? [String: Any]
            let revisions = document?["revisions"] as? [[String: Any]] ?? []
            #expect(revisions.map { $0["number"] as? Int } == [3, 2, 1])
            #expect(revisions.allSatisfy { $0["outcome"] as? String == "converged" })
        }
    }

    @Test("environments, overlays and variables decide what is applied")
    func environments() throws {
        let project = """
            project: demo
            driver: simulated
            variables: {TAG: "1"}
            environments:
              production:
                variables: {TAG: "7"}
                overlays: [production]
            """
        let overlay = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: web}
            spec: {replicas: 9}
            """
        let files = [
            "orchplan.yaml": project, "production/web.yaml": overlay,
            "manifests/web.yaml": Self.web.replacingOccurrences(of: "web:1", with: "web:${TAG}"),
        ]
        try Project.with(try Project(files)) { project in
            let plain = try project.orchplan("plan", "--format", "json").out
            #expect(plain.contains("example/web:1") && plain.contains("\"replicas\":3"), "\(plain)")
            let production = try project.orchplan("plan", "--env", "production", "--format", "json").out
            #expect(production.contains("example/web:7") && production.contains("\"replicas\":9"), "\(production)")
            let flag = try project.orchplan("plan", "--env", "production", "--var", "TAG=8", "--format", "json").out
            #expect(flag.contains("example/web:8"))
        }
    }
}
