import Foundation
import Testing

/// Who lets others write manifests has the last word on what is applied, whatever way it comes.
@Suite("Policies hold on every way to a cluster")
struct PolicyEndToEndTests {
    private static let web = """
        apiVersion: orchplan/v1
        kind: Service
        metadata:
          name: web
        spec:
          image: example/web:1
          privileged: true
        """
    private static let files = [
        "orchplan.yaml": "project: demo\ndriver: simulated\n", "manifests/web.yaml": web,
        "ci.yaml": "privileges: false\nactions: {forbid: [delete]}\n",
    ]

    @Test("manifests, saved plans, ways back and deletions; and nothing goes without the policy")
    func everyWay() throws {
        try Project.with(try Project(Self.files)) { project in
            // What the manifests ask for, at its place.
            let linted = try project.orchplan("lint", "--policy", "ci.yaml")
            #expect(linted.status == 1)
            #expect(linted.out.contains("error[OP6002]") && linted.out.contains("manifests/web.yaml:7:15"))
            // A plan that was saved where no policy was.
            #expect(try project.orchplan("plan", "--out", "free.plan").status == 0)
            let saved = try project.orchplan("apply", "free.plan", "--policy", "ci.yaml")
            #expect(saved.status == 1)
            #expect(saved.err.contains("ci.yaml forbids it"))
            #expect(try project.orchplan("apply", "--yes").status == 0)
            // A revision from before the policy.
            try project.edit("manifests/web.yaml", "privileged: true", "tty: true")
            #expect(try project.orchplan("apply", "--yes", "--policy", "ci.yaml").status == 0)
            let back = try project.orchplan("rollback", "1", "--yes", "--policy", "ci.yaml")
            #expect(back.status == 1)
            #expect((back.out + back.err).contains("OP6002"))
            // What the policy keeps from being deleted.
            let destroyed = try project.orchplan("destroy", "--yes", "--policy", "ci.yaml")
            #expect(destroyed.status == 1)
            #expect((destroyed.out + destroyed.err).contains("OP6007"))
            #expect(try project.orchplan("diff", "--policy", "ci.yaml").status == 0)
            let forgotten = try project.orchplan("state", "rm", "service/web", "--yes", "--policy", "ci.yaml")
            #expect(forgotten.status == 1 && forgotten.err.contains("would forget service/web"), "\(forgotten.all)")
            // What a way back leaves as it is, is held as well.
            try project.write("tty.yaml", "fields: {forbid: [service.tty]}\n")
            let same = try project.orchplan("rollback", "2", "--yes", "--policy", "tty.yaml")
            #expect(same.status == 1 && same.all.contains("OP6001"), "\(same.all)")
            // Fail closed.
            for text in [
                "", "{}\n", "privileges: true\nports: {}\n", "privilegs: false\n", "images: {allow: }\n", "- a\n",
            ] {
                try project.write("ci.yaml", text)
                #expect(try project.orchplan("plan", "--policy", "ci.yaml").status == 1, "\(text)")
            }
            #expect(try project.orchplan("plan", "--policy", "no-such-file.yaml").status == 1)
            // The project's own holds beside the caller's.
            try project.write("ci.yaml", "privileges: false\n")
            try project.write("own.yaml", "images: {allow: []}\n")
            try project.edit("orchplan.yaml", "driver: simulated", "driver: simulated\npolicy: own.yaml")
            #expect(try project.orchplan("plan", "--policy", "ci.yaml").status == 1)
        }
    }

    @Test("all policies of the command line hold, and formats of one line say which of them forbids")
    func several() throws {
        try Project.with(try Project(Self.files)) { project in
            try project.write("images.yaml", "images: {allow: [redis]}\n")
            let policies = ["--policy", "ci.yaml", "--policy", "images.yaml"]
            let run = try project.orchplan.start(["lint", "--format", "short"] + policies).wait()
            #expect(run.status == 1 && run.out.contains("forbidden by images.yaml"), "\(run.all)")
            #expect(run.out.contains("forbidden by ci.yaml"))
            let github = try project.orchplan.start(["lint", "--format", "github"] + policies).wait()
            #expect(github.out.contains("forbidden by images.yaml") && github.out.contains("forbidden by ci.yaml"))
        }
    }

    @Test("a source of a secret that cannot be read is no other one that is forbidden")
    func misreadSource() throws {
        try Project.with(try Project(["orchplan.yaml": "project: p\npolicy: policy.yaml\n"])) { project in
            try project.write("policy.yaml", "secrets: {sources: [generate]}\n")
            let secret = "apiVersion: orchplan/v1\nkind: Secret\nmetadata: {name: key}\nspec: "
            try project.write("manifests/all.yaml", secret + "{genrate: {length: 32}}\n")
            let mistyped = try project.orchplan("lint")
            #expect(mistyped.status == 1 && !mistyped.all.contains("OP6006"), "\(mistyped.all)")
            try project.write("manifests/all.yaml", secret + "{environment: KEY}\n")
            #expect(try project.orchplan("lint").all.contains("OP6006"))
        }
    }

    @Test("every policy of docs/policy.md is one, and lets pass on both drivers what it says that it allows")
    func examples() throws {
        let page = try String(contentsOf: Repository.root.appendingPathComponent("docs/policy.md"), encoding: .utf8)
        let blocks = page.components(separatedBy: "```yaml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        #expect(blocks.count == 2)
        let web = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: web}
            spec:
              image: registry.example.com/shop/web:1@sha256:\(String(repeating: "0", count: 64))
              command: [/bin/sleep, "100"]
              ports: ["8080:8080"]
            """
        let files = ["orchplan.yaml": "project: demo\n", "manifests/web.yaml": web]
        try Project.with(try Project(files)) { project in
            for (index, block) in blocks.enumerated() {
                try project.write("policy.yaml", block)
                for driver in ["local", "swarm"] {
                    let words = ["lint", "--format", "short", "--policy", "policy.yaml", "--driver", driver]
                    let run = try project.orchplan.start(words).wait()
                    // The second one is for ports of one machine: a swarm has none of those.
                    let fails = index == 1 && driver == "swarm"
                    #expect(run.status == (fails ? 1 : 0), "\(driver): \(block)\n\(run.all)")
                    if fails { #expect(run.out.contains("as every published port of a swarm"), "\(run.out)") }
                }
            }
        }
    }

    @Test("what keeps a plan or a diff from being made is JSON where that was asked for")
    func problems() throws {
        try Project.with(try Project(Self.files)) { project in
            func diagnostics(_ words: String..., status: Int32) throws -> [[String: Any]] {
                let run = try project.orchplan.start(words + ["--format", "json"]).wait()
                #expect(run.status == status, "\(run.all)")
                let object = try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any]
                return object?["diagnostics"] as? [[String: Any]] ?? []
            }
            let unknown = try diagnostics("plan", "--target", "service/wbe", status: 1)
            #expect(unknown.first?["code"] as? String == "OP3205", "\(unknown)")
            try project.write("ci.yaml", "privilegs: false\n")
            #expect(try diagnostics("plan", "--policy", "ci.yaml", status: 1).first?["file"] as? String == "ci.yaml")
            try project.edit("manifests/web.yaml", "privileged: true", "privileged: maybe")
            #expect(try diagnostics("diff", status: 2).first?["code"] as? String == "OP2017")
            try project.edit("orchplan.yaml", "driver: simulated", "drive: simulated")
            #expect(try diagnostics("plan", status: 1).first?["file"] as? String == "orchplan.yaml")
        }
    }

    @Test("a way back to one resource is held for that one and what it needs, not for the rest of its revision")
    func targetedRollback() throws {
        try Project.with(try Project(Self.files)) { project in
            try project.write("key.txt", "first\n")
            try project.write(
                "manifests/more.yaml",
                """
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: api}
                spec: {image: app:1, command: [sleep, "1000"], tty: true}
                ---
                apiVersion: orchplan/v1
                kind: Secret
                metadata: {name: key}
                spec: {file: ../key.txt}
                """
            )
            #expect(try project.orchplan("apply", "--yes").status == 0)
            // What the first revision had, and the policy forbids, is only the web's; its key is gone.
            try project.edit("manifests/web.yaml", "privileged: true", "init: true")
            try project.edit("manifests/more.yaml", "tty: true", "init: true")
            try project.edit("manifests/more.yaml", "key.txt", "next.txt")
            try project.write("next.txt", "second\n")
            try FileManager.default.removeItem(at: project.directory.appendingPathComponent("key.txt"))
            #expect(try project.orchplan("apply", "--yes", "--policy", "ci.yaml").status == 0)
            let whole = try project.orchplan("rollback", "1", "--yes", "--policy", "ci.yaml")
            #expect(whole.status == 1, "\(whole.all)")
            let web = try project.orchplan("rollback", "1", "--target", "web", "--yes", "--policy", "ci.yaml")
            #expect(web.status == 1 && web.all.contains("OP6002"), "\(web.all)")
            let api = try project.orchplan("rollback", "1", "--target", "api", "--yes", "--policy", "ci.yaml")
            #expect(api.status == 0 && api.all.contains("service/api"), "\(api.all)")
        }
    }
}
