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
            // Fail closed.
            for text in ["", "privilegs: false\n", "images: {allow: }\n", "- a\n"] {
                try project.write("ci.yaml", text)
                #expect(try project.orchplan("plan", "--policy", "ci.yaml").status == 1, "\(text)")
            }
            #expect(try project.orchplan("plan", "--policy", "no-such-file.yaml").status == 1)
            // The project's own holds beside the caller's.
            try project.write("ci.yaml", "privileges: true\n")
            try project.write("own.yaml", "images: {allow: []}\n")
            try project.edit("orchplan.yaml", "driver: simulated", "driver: simulated\npolicy: own.yaml")
            #expect(try project.orchplan("plan", "--policy", "ci.yaml").status == 1)
        }
    }
}
