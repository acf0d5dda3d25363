import Foundation
import Testing

/// A saved plan is an approval of what it shows, and of nothing else.
@Suite("Saved plans as approvals")
struct ApprovalTests {
    private static let files = [
        "orchplan.yaml": "project: demo\ndriver: simulated\n",
        "manifests/token.txt": "canary-one",
        "manifests/web.yaml": """
        apiVersion: orchplan/v1
        kind: Secret
        metadata: {name: token}
        spec: {file: token.txt}
        ---
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec: {image: 'example/web:1', secrets: [token]}
        ---
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: api}
        spec: {image: 'example/api:1'}
        """,
    ]

    @Test("a secret that was rotated since is named, and nothing at all is done")
    func rotated() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("plan", "--out", "one.plan").status == 0)
            try project.write("manifests/token.txt", "canary-two")
            let refused = try project.orchplan("apply", "one.plan")
            #expect(refused.status == 3, "\(refused.all)")
            #expect(
                refused.err.contains("the content of secret/token changed since the plan was made"),
                "\(refused.err)"
            )
            #expect(!refused.all.contains("canary"))
            #expect(try !project.orchplan("state", "list").out.contains("service/"))
            // With what it was made with it is as good as before.
            try project.write("manifests/token.txt", "canary-one")
            #expect(try project.orchplan("apply", "one.plan").status == 0)
            #expect(try project.orchplan("diff").status == 0)
        }
    }

    @Test("a secret that cannot be read is not said to be as declared, and keeps nothing else from being applied")
    func unread() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try FileManager.default.removeItem(at: project.directory.appendingPathComponent("manifests/token.txt"))
            let diff = try project.orchplan("diff")
            #expect(diff.status == 2 && diff.out.contains("OP3109"), "\(diff.all)")
            #expect(!diff.out.contains("No changes") && diff.out.contains("secret/token changed is not known"))
            #expect(try project.orchplan("plan").status == 0)
            let plan = try project.orchplan("plan", "--detailed-exitcode", "--format", "json")
            #expect(plan.status == 2 && plan.out.contains("\"OP3109\""), "\(plan.all)")
            // Who does not ask about it is not told of it.
            #expect(try project.orchplan("diff", "--target", "service/api").status == 0)
            try project.edit("manifests/web.yaml", "example/api:1", "example/api:2")
            #expect(try project.orchplan("diff").status == 1)
            let applied = try project.orchplan("apply", "--yes")
            #expect(applied.status == 0 && applied.out.contains("secret/token could not be read"), "\(applied.all)")
        }
    }

    @Test("a null byte in a secret that is a variable is told before anything is done")
    func nullByte() throws {
        try Project.with(try Project(Self.files)) { project in
            try project.edit("manifests/web.yaml", "secrets: [token]", "environment: {TOKEN: {secret: token}}")
            try project.write("manifests/token.txt", "canary\u{0}two")
            let plan = try project.orchplan("plan")
            #expect(plan.status == 1 && plan.err.contains("secret/token holds a null byte"), "\(plan.all)")
            #expect(plan.err.contains("service/web") && !plan.all.contains("canary"))
        }
    }

    @Test("of two plans from one base the second names what moved; a byte more or less makes a plan another's")
    func base() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try project.edit("manifests/web.yaml", "example/web:1", "example/web:2")
            for name in ["a.plan", "b.plan"] { #expect(try project.orchplan("plan", "--out", name).status == 0) }
            #expect(try project.orchplan("show", "b.plan").out.contains("\"example/web:1\" -> \"example/web:2\""))
            let text = try project.read("b.plan")
            for changed in [
                text + " ", String(text.dropLast(2)), text.replacingOccurrences(of: "web:2", with: "web:3"),
            ] {
                try project.write("c.plan", changed)
                let refused = try project.orchplan("apply", "c.plan")
                #expect(refused.status == 1, "\(refused.all)")
            }
            #expect(try project.orchplan("apply", "a.plan").status == 0)
            let second = try project.orchplan("apply", "b.plan")
            #expect(second.status == 3 && second.all.contains("service/web"), "\(second.all)")
            #expect(try project.orchplan("apply", "a.plan").err.contains("applied already"))
        }
    }

    @Test("who wants to rename a record is told what does it")
    func renaming() throws {
        try Project.with(try Project(Self.files)) { project in
            let told = try project.orchplan("state", "mv", "service/web", "service/site")
            #expect(told.status == 64 && told.err.contains("rename it in the manifests"), "\(told.all)")
            #expect(told.err.contains("state restore") && !told.err.contains("unexpected"), "\(told.all)")
        }
    }
}
