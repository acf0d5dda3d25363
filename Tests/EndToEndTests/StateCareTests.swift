import Foundation
import Testing

/// Looking after the record, and who may write to it.
@Suite("The record is looked after, by one at a time")
struct StateCareTests {
    private static let files = [
        "orchplan.yaml": "project: demo\ndriver: simulated\n",
        "manifests/web.yaml": """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec: {image: 'example/web:1', replicas: 3}
        ---
        apiVersion: orchplan/v1
        kind: Volume
        metadata: {name: data}
        """,
    ]

    @Test("verify, backup, restore and rm; plans of before a restore are plans of another state")
    func care() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            let whole = try project.orchplan("state", "verify")
            #expect(whole.status == 0 && whole.out.contains("is whole: 2 resources, 1 revision"), "\(whole.all)")
            #expect(try project.orchplan("state", "backup", "one.db").status == 0)
            let again = try project.orchplan("state", "backup", "one.db")
            #expect(again.status == 1 && again.err.contains("never replaces a file"), "\(again.all)")
            try project.edit("manifests/web.yaml", "web:1", "web:2")
            #expect(try project.orchplan("plan", "--out", "two.plan").status == 0)
            // Texts that somebody changed in the copy: one of them is a record.
            let copy = try Data(contentsOf: project.directory.appendingPathComponent("one.db"))
            let places = Array(copy).ranges(of: Array("example/web:1".utf8))
            var doubts = 0
            for (index, place) in places.enumerated() {
                var forged = Array(copy)
                forged.replaceSubrange(place, with: Array("example/web:9".utf8))
                try Data(forged).write(to: project.directory.appendingPathComponent("forged\(index).db"))
                let doubted = try project.orchplan("state", "restore", "forged\(index).db", "--yes")
                #expect(doubted.status == 1 && doubted.err.contains("nothing was changed"), "\(doubted.all)")
                guard doubted.err.contains("--despite-faults") else { continue }
                doubts += 1
                #expect(doubted.err.contains("service/web is not what its fingerprint says"), "\(doubted.all)")
            }
            #expect(doubts == 1 && places.count > 1)
            #expect(try project.orchplan("state", "verify").status == 0)
            let refused = try project.orchplan("state", "restore", "one.db")
            #expect(refused.status == 64 && refused.err.contains("--yes"), "\(refused.all)")
            let restored = try project.orchplan("state", "restore", "one.db", "--yes")
            #expect(restored.status == 0, "\(restored.all)")
            #expect(restored.out.contains("Restored: 2 resources, as of revision 1"), "\(restored.all)")
            #expect(restored.err.contains("before-restore"), "\(restored.all)")
            let stale = try project.orchplan("apply", "two.plan")
            #expect(stale.status == 3 && stale.err.contains("another state"), "\(stale.all)")
            #expect(try project.orchplan("apply", "--yes").status == 0)

            #expect(try project.orchplan("state", "rm", "data").status == 64)
            let removed = try project.orchplan("state", "rm", "data", "--yes")
            #expect(removed.status == 0 && removed.out == "Forgot volume/data.\n", "\(removed.all)")
            #expect(try project.orchplan("state", "list").out.contains("volume/data") == false)
            #expect(try project.orchplan("history").out.contains("forgot volume/data"))
            #expect(try project.orchplan("state", "rm", "dat", "--yes").err.contains("nothing has this name"))
        }
    }

    @Test("what is no backup is refused as that, at once and without a change", .timeLimit(.minutes(2)))
    func noBackups() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            let path = { project.directory.appendingPathComponent($0).path }
            #expect(mkfifo(path("pipe"), 0o600) == 0)
            try project.write("rubbish.db", String(repeating: "rubbish", count: 1000))
            for (file, words) in [
                ("pipe", "not a regular file"), ("/dev/zero", "not a regular file"),
                ("manifests", "not a regular file"),
                ("nowhere.db", "cannot restore nowhere.db"), ("rubbish.db", "the backup rubbish.db is damaged"),
            ] {
                let refused = try project.orchplan("state", "restore", file, "--yes", timeout: .seconds(20))
                #expect(refused.status == 1 && refused.err.contains(words), "\(file): \(refused.all)")
                #expect(refused.err.contains("nothing was changed"), "\(file): \(refused.all)")
            }
            #expect(try project.orchplan("state", "verify").status == 0)
        }
    }

    @Test("a saved plan that is past its time is refused; one that names no time is not")
    func expiry() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("plan", "--out", "short.plan", "--valid-for", "1ms").status == 0)
            let long = try project.orchplan("plan", "--out", "long.plan", "--valid-for", "1h")
            #expect(long.status == 0 && long.err.contains(", valid until"), "\(long.all)")
            #expect(try project.orchplan("show", "long.plan").err.contains("is valid until"))
            let shown = try project.orchplan("show", "short.plan")
            #expect(shown.status == 0 && shown.err.contains("was valid until"), "\(shown.all)")
            let late = try project.orchplan("apply", "short.plan")
            #expect(late.status == 3 && late.err.contains("was valid until"), "\(late.all)")
            #expect(try project.orchplan("plan", "--out", "x.plan", "--valid-for", "5").status == 64)
            #expect(try project.orchplan("apply", "long.plan").status == 0)
        }
    }

    @Test("who waits is told for whom, goes on when that one is done, and nobody gets in between")
    func waiting() throws {
        var files = Self.files
        files["orchplan.yaml"] = "project: demo\n"
        files["manifests/web.yaml"] = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: web}
            spec:
              command: [sleep, "1000"]
              mounts: ["data:/data"]
              healthcheck: {command: [test, -e, /data/go], interval: 100ms, timeout: 1s, startPeriod: 1m}
            ---
            apiVersion: orchplan/v1
            kind: Volume
            metadata: {name: data}
            """
        try Project.with(try Project(files)) { project in
            let first = try project.orchplan.start(["apply", "--yes", "--progress", "plain"])
            try eventually("the first apply waits for health") {
                first.soFar.contains("service/web: waiting for health")
            }
            #expect(try project.orchplan("state", "backup", "b.db").status == 0)
            for command in [
                ["apply", "--yes"], ["state", "rm", "web", "--yes"], ["state", "restore", "b.db", "--yes"],
            ] {
                let refused = try project.orchplan.start(command).wait()
                #expect(refused.status == 4, "\(command): \(refused.all)")
                #expect(refused.err.contains("pid \(first.pid)") && refused.err.contains("for apply"), "\(refused.err)")
            }
            let holder = try project.orchplan("apply", "--yes").err
            let id = try #require(holder.components(separatedBy: "orchplan unlock ").last?.split(separator: "\n").first)
            let unlock = try project.orchplan("unlock", String(id))
            #expect(
                unlock.status == 64 && unlock.err.contains("lives on this machine (pid \(first.pid))"),
                "\(unlock.all)"
            )
            #expect(try project.orchplan("unlock", "another").err.contains("is not the id of the lock"))
            let second = try project.orchplan.start(["apply", "--yes", "--lock-timeout", "60s"])
            try eventually("the second apply says that it waits") { second.soFar.contains("waiting for") }
            let data = project.directory.appendingPathComponent(".orchplan/local/data")
            let volume = try #require(try FileManager.default.contentsOfDirectory(atPath: data.path).first)
            try Data().write(to: data.appendingPathComponent(volume).appendingPathComponent("go"))
            let firstEnd = try first.wait()
            let secondEnd = try second.wait()
            #expect(firstEnd.status == 0 && secondEnd.status == 0, "\(firstEnd.all)\(secondEnd.all)")
            #expect(secondEnd.err.contains("(pid \(first.pid)) to finish apply, begun"), "\(secondEnd.err)")
            #expect(secondEnd.out.contains("No changes"), "\(secondEnd.out)")
        }
    }
}
