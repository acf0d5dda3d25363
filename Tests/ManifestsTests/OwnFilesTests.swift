import ResourceModel
import SourceDiagnostics
import Testing

@testable import Manifests

/// What manifests must not name, by whatever path.
@Suite("Files that are not to be named")
struct OwnFilesTests {
    private func manifest(_ kind: String, _ name: String, _ spec: String) -> String {
        "---\napiVersion: orchplan/v1\nkind: \(kind)\nmetadata: {name: \(name)}\nspec: \(spec)\n"
    }

    @Test("what lies in .orchplan, by any path and for any use, each at its place")
    func ownRecords() async {
        let text =
            manifest("Config", "a", "{file: ../.orchplan/local/key}") + manifest("Config", "b", "{file: link}")
            + manifest("Secret", "c", "{file: link}") + manifest("Secret", "d", "{age: ../.orchplan/state.db}")
            + manifest("Volume", "e", "{driverOptions: {type: none, o: bind, device: /p/.orchplan/local}}")
            + service("web", "image: app:1\nenvFiles: [link]\nrootfs: /p/.orchplan/x\ndevices: ['/p/.orchplan/y:/y']")
            + service("api", "image: app:1\nmounts: ['../.orchplan:/m', '..:/n', './data/../../.orchplan/local:/k']")
        let result = await compile(["a.yaml": text]) { files, _ in
            files.files["/p/.orchplan/local/key"] = "KEY=canary"
            files.files["/p/.orchplan/state.db"] = "x"
            files.links["/p/manifests/link"] = "/p/.orchplan/local/key"
        }
        let found = result.diagnostics.filter { $0.severity == .error }
        #expect(found.map(\.code.id) == [String](repeating: "OP2210", count: 10), "\(result.text)")
        #expect(found.allSatisfy { $0.primary != nil })
        #expect(result.graph == nil)
    }

    @Test("the state elsewhere and what is beside it; files that are only called alike may be named")
    func state() async {
        let text =
            manifest("Config", "a", "{file: rec.db}") + manifest("Config", "b", "{file: rec.db-wal}")
            + manifest("Config", "c", "{file: rec.db.txt}") + manifest("Config", "d", "{file: .orchplans/x}")
        let result = await compile(["a.yaml": text]) { files, request in
            for name in ["rec.db", "rec.db-wal", "rec.db.txt", ".orchplans/x"] {
                files.files["/p/manifests/\(name)"] = "x"
            }
            request.state = "/p/manifests/rec.db"
        }
        #expect(result.diagnostics.map(\.code.id) == ["OP2210", "OP2210"], "\(result.text)")
    }

    @Test("links that lead into .orchplan before anything is there, and other names of files in it")
    func links() async {
        let text =
            manifest("Config", "a", "{file: hard}") + manifest("Secret", "b", "{file: hard}")
            + manifest("Secret", "c", "{file: early}") + manifest("Config", "d", "{file: two}")
            + service("web", "image: app:1\nmounts: ['./early:/m', './hop:/n', './hard:/k', './state:/l']")
        let result = await compile(["a.yaml": text]) { files, request in
            files.files["/p/.orchplan/local/deep/key"] = "KEY=canary"
            files.files["/p/manifests/hard"] = "KEY=canary"
            files.files["/p/manifests/state"] = "x"
            files.files["/p/rec.db"] = "x"
            files.files["/p/manifests/two"] = "two names, both outside"
            files.files["/p/manifests/three"] = "two names, both outside"
            files.twins = [
                "/p/manifests/hard": "/p/.orchplan/local/deep/key", "/p/manifests/state": "/p/rec.db",
                "/p/manifests/three": "/p/manifests/two",
            ]
            files.links["/p/manifests/early"] = "../.orchplan/state.db"
            files.links["/p/manifests/hop"] = "early"
            request.state = "/p/rec.db"
        }
        let found = result.diagnostics.filter { $0.severity == .error }
        #expect(found.map(\.code.id) == [String](repeating: "OP2210", count: 7), "\(result.text)")
        #expect(!result.text.contains("canary"))
    }

    @Test("a folder that holds the state is given to no instance, by whatever path")
    func folderOfTheState() async {
        let text =
            manifest("Volume", "e", "{driverOptions: {type: none, o: bind, device: /p/data}}")
            + service("web", "image: app:1\nrootfs: /p/data\nmounts: ['../data:/m', './link:/n', '../data/web:/ok']")
        for (state, count) in [("/p/data/db/rec.db", 4), ("/p/.orchplan/state.db", 0), ("/else/rec.db", 0)] {
            let result = await compile(["a.yaml": text]) { files, request in
                files.files["/p/data/db/other"] = "x"
                files.files["/p/data/web/index"] = "x"
                files.links["/p/manifests/link"] = "/p/data/db"
                request.state = state
            }
            let found = result.diagnostics.filter { $0.code.id == "OP2210" }
            #expect(found.count == count && found.allSatisfy { $0.primary != nil }, "\(result.text)")
        }
    }

    @Test("the file of a secret is no config and no env file, whichever of its paths is named")
    func secretFile() async throws {
        let text =
            manifest("Config", "a", "{file: token}") + manifest("Config", "b", "{file: link}")
            + manifest("Secret", "c", "{file: token}") + manifest("Secret", "d", "{age: sealed.age}")
            + manifest("Config", "e", "{file: sealed.age}") + service("web", "image: app:1\nenvFiles: [token]")
        for parallelism in [1, 2] {
            let result = await compile(["a.yaml": text], parallelism: parallelism) { files, _ in
                files.files["/p/manifests/token"] = "KEY=canary"
                files.files["/p/manifests/sealed.age"] = "age"
                files.modes["/p/manifests/sealed.age"] = 0o644
                files.links["/p/manifests/link"] = "/p/manifests/token"
            }
            // The encrypted file is neither a secret nor too open.
            #expect(result.diagnostics.map(\.code.id) == ["OP2211", "OP2211", "OP2211"], "\(result.text)")
            let secret = try #require(result.diagnostics.first?.secondary.first)
            #expect(secret.range.start > 0)
            #expect(!result.text.contains("canary"))
        }
    }
}
