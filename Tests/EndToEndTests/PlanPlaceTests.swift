import Foundation
import Testing

/// What is taken for a saved plan, and where one may be written.
@Suite("Plans, manifests and what lies beside them are not taken for each other")
struct PlanPlaceTests {
    private static let web = """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec: {image: 'example/web:1'}

        """
    private static let files = [
        "orchplan.yaml": "project: demo\ndriver: simulated\n",
        "manifests/web.yaml": web,
        "policy.yaml":
            "apiVersion: orchplan/v1\nkind: Policy\nmetadata: {name: own}\nspec: {actions: {forbid: [delete]}}\n",
        "notes.txt": "not to be lost\n",
        "empty": "",
    ]

    @Test("an argument without a manifest's name is a saved plan or an error, whatever is in the file")
    func overwritten() throws {
        try Project.with(try Project(Self.files)) { project in
            for name in ["one.plan", "two.json", "three.yaml"] {
                let saved = try project.orchplan("plan", "--out", name)
                let words = name == "one.plan" ? "apply one.plan" : "apply --plan \(name)"
                #expect(saved.status == 0 && saved.err.contains("orchplan \(words)"), "\(saved.all)")
            }
            let other = Self.web.replacingOccurrences(of: "name: web", with: "name: other")
            for text in [other, "", "{\"orchplanQlan\": 1}"] {
                try project.write("over.plan", text)
                for words in [["over.plan"], ["--plan", "over.plan"]] {
                    let refused = try project.orchplan.start(["apply", "--yes"] + words).wait()
                    #expect(refused.status == 1 && refused.err.contains("over.plan is no saved plan"), "\(refused.all)")
                }
            }
            try project.write("four.yaml", other)
            #expect(try project.orchplan("apply", "--yes", "--plan", "four.yaml").err.contains("is no saved plan"))
            #expect(try project.orchplan("history").out.contains("apply") == false)

            let typed = try project.orchplan("apply", "--yes", "manifets")
            #expect(typed.status == 1 && typed.err.contains("manifests are folders, files"), "\(typed.all)")
            let both = try project.orchplan("apply", "--plan", "one.plan", "manifests")
            #expect(both.status == 64 && both.err.contains("stands alone"), "\(both.all)")
            // By its text a plan may be called what a manifest is.
            #expect(try project.orchplan("apply", "three.yaml").status == 0)
            try project.edit("manifests/web.yaml", "web:1", "web:2")
            #expect(try project.orchplan("plan", "--out", "two.json").status == 0)
            #expect(try project.orchplan("apply", "--plan", "two.json").status == 0)
            #expect(try project.orchplan("apply", "--yes", "manifests").status == 0)
            #expect(try project.orchplan("apply", "--yes", "manifests/web.yaml").status == 0)
        }
    }

    @Test("plan --out writes a new file or over a saved plan, and over nothing else")
    func places() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try project.edit("manifests/web.yaml", "web:1", "web:2")
            let refusals = [
                ("notes.txt", "is no saved plan"), ("orchplan.yaml", "is the project file"),
                ("manifests/web.yaml", "is a manifest"), ("manifests/new.yaml", "is a manifest"),
                ("manifests/../.orchplan/state.db", "is the recorded state"),
                (".orchplan/state.db-wal", "is the recorded state"), (".orchplan/new", "orchplan's own folder"),
                ("policy.yaml", "is the policy policy.yaml"), ("manifests", "is no regular file"),
                ("no/where.plan", "its folder is not there"),
            ]
            let state = try Data(contentsOf: project.directory.appendingPathComponent(".orchplan/state.db"))
            for (path, words) in refusals {
                let before = try? project.read(path)
                let refused = try project.orchplan("plan", "--out", path, "--policy", "policy.yaml")
                #expect(refused.status == 1 && refused.err.contains(words), "\(path): \(refused.all)")
                #expect(refused.out.isEmpty && (try? project.read(path)) == before)
            }
            #expect(try Data(contentsOf: project.directory.appendingPathComponent(".orchplan/state.db")) == state)
            // Also where it looks like a plan.
            try project.write("manifests/web.yaml", "{\"orchplanPlan\"")
            #expect(
                try project.orchplan("plan", "--destroy", "--out", "manifests/web.yaml").err.contains("is a manifest")
            )
            try project.write("manifests/web.yaml", Self.web)
            for path in ["new.plan", "new.plan", "empty"] {
                #expect(try project.orchplan("plan", "--out", path).status == 0)
            }
        }
    }

    @Test("a plan that could never be applied, and a time for none, are refused")
    func validity() throws {
        try Project.with(try Project(Self.files)) { project in
            for words in [["0s", "--out", "x.plan"], ["-1s", "--out", "x.plan"], ["1h"]] {
                let refused = try project.orchplan.start(["plan", "--valid-for"] + words).wait()
                #expect(refused.status == 64 && refused.err.contains("--valid-for"), "\(refused.all)")
                #expect(!refused.err.contains("Missing") && !project.exists("x.plan"), "\(refused.all)")
            }
        }
    }
}
