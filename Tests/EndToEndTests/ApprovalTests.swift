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
