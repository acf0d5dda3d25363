import Foundation
import Testing

/// What becomes of what runs when nobody knows any more that it was started here.
@Suite("A lost state is no lost system", .serialized)
struct LostStateTests {
    private static let files = [
        "orchplan.yaml": "project: lost\n",
        "manifests/all.yaml": """
        apiVersion: orchplan/v1
        kind: Secret
        metadata: {name: gen}
        spec: {generate: {length: 24}}
        ---
        apiVersion: orchplan/v1
        kind: Volume
        metadata: {name: data}
        ---
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: w}
        spec: {command: [sleep, "1000"], secrets: [gen], mounts: ["data:/data"], update: {monitor: 100ms}}
        """,
    ]

    /// The generated characters, by the names of their files.
    private static func secrets(_ project: Project) throws -> [String: String] {
        let folder = ".orchplan/local/secrets"
        let names = try FileManager.default.contentsOfDirectory(
            atPath: project.directory.appendingPathComponent(folder).path
        )
        return try names.filter { $0.hasSuffix(".content") }
            .reduce(into: [:]) { $0[$1] = try project.read("\(folder)/\($1)") }
    }

    private static func lose(_ names: [String], of project: Project) throws {
        for name in names {
            try FileManager.default.removeItem(at: project.directory.appendingPathComponent(".orchplan/\(name)"))
        }
        for name in ["state.db-wal", "state.db-shm"] {
            try? FileManager.default.removeItem(at: project.directory.appendingPathComponent(".orchplan/\(name)"))
        }
    }

    /// The ids of the instances that run.
    private static func instances(_ project: Project) throws -> [String] {
        try project.orchplan("status", "--format", "json").out.components(separatedBy: "\"id\":\"").dropFirst()
            .map { String($0.prefix { $0 != "\"" }) }
    }

    @Test("with the key beside it what runs is recorded as it is, and destroy says what there is")
    func lostState() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            let (secrets, running) = (try Self.secrets(project), try Self.instances(project))
            #expect(secrets.count == 1 && !running.isEmpty)
            // It has been through something: that is no reason to end it.
            let told = try project.orchplan("status", "--format", "json").out
            let pid = told.components(separatedBy: "\"pid\":").dropFirst().first
                .flatMap { Int32($0.prefix { $0.isNumber }) }
            kill(try #require(pid), SIGKILL)
            try eventually("it is started again") {
                let status = try? project.orchplan("status", "--format", "json").out
                return status?.contains("\"phase\":\"running\"") == true && status?.contains("\"restarts\":1") == true
            }
            try Self.lose(["state.db"], of: project)

            let refused = try project.orchplan("destroy", "--yes")
            #expect(refused.status == 1, "\(refused.all)")
            #expect(refused.err.contains("service/w") && refused.err.contains("secret/gen"), "\(refused.err)")
            #expect(refused.err.contains("--take-over") && refused.err.contains("state restore"), "\(refused.err)")
            #expect(!project.exists(".orchplan/state.db"))

            let applied = try project.orchplan("apply", "--yes")
            #expect(applied.status == 0, "\(applied.all)")
            #expect(applied.all.contains("Plan: 0 to add, 0 to change, 0 to destroy."), "\(applied.all)")
            #expect(try Self.secrets(project) == secrets)
            #expect(try Self.instances(project) == running)
            #expect(try project.orchplan("status").out.contains("All well: 1 service."))
            #expect(try project.orchplan("state", "verify").status == 0)

            let forgotten = try project.orchplan("state", "rm", "service/w", "--yes")
            #expect(forgotten.status == 0, "\(forgotten.all)")
            let status = try project.orchplan("status")
            #expect(status.out.contains("not in the record") && !status.out.contains("did not finish"))

            try Self.lose(["state.db"], of: project)
            let named = try project.orchplan("destroy", "--yes", "--target", "service/w")
            #expect(named.status == 0, "\(named.all)")
            #expect(try Self.instances(project).isEmpty)
            try Self.lose(["state.db"], of: project)
            let all = try project.orchplan("destroy", "--yes", "--take-over", "--delete-volumes")
            #expect(all.status == 0, "\(all.all)")
            #expect(try Self.secrets(project).isEmpty)
        }
    }

    @Test("an old copy that somebody put back: status says so as apply does, until the present one is back")
    func oldCopy() throws {
        try Project.with(try Project(Self.files)) { project in
            let folder = project.directory.appendingPathComponent(".orchplan")
            let names = ["state.db", "state.db-wal", "state.db-shm"]
            func copy(from source: URL, to target: URL) throws {
                for name in names {
                    try? FileManager.default.removeItem(at: target.appendingPathComponent(name))
                    let file = source.appendingPathComponent(name)
                    guard FileManager.default.fileExists(atPath: file.path) else { continue }
                    try FileManager.default.copyItem(at: file, to: target.appendingPathComponent(name))
                }
            }
            let (old, present) = (folder.appendingPathComponent("old"), folder.appendingPathComponent("present"))
            for aside in [old, present] {
                try FileManager.default.createDirectory(at: aside, withIntermediateDirectories: true)
            }
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try copy(from: folder, to: old)
            try project.edit("manifests/all.yaml", "\"1000\"", "\"2000\"")
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try copy(from: folder, to: present)

            try copy(from: old, to: folder)
            let status = try project.orchplan("status", "--exit-code")
            #expect(status.status == 2 && status.out.contains("Old copy:"), "\(status.all)")
            #expect(!status.out.contains("All well"), "\(status.out)")
            #expect(try project.orchplan("status", "--format", "json").out.contains("\"isOldCopy\":true"))
            let refused = try project.orchplan("apply", "--yes")
            #expect(refused.status != 0 && refused.err.contains("old copy"), "\(refused.all)")

            try copy(from: present, to: folder)
            let well = try project.orchplan("status", "--exit-code")
            #expect(well.status == 0 && well.out.contains("All well"), "\(well.all)")
        }
    }

    @Test("without the key, too, a generated secret keeps its characters, and the plan says so")
    func lostKey() throws {
        try Project.with(try Project(Self.files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            let secrets = try Self.secrets(project)
            try Self.lose(["state.db", "state.db.key"], of: project)
            let plan = try project.orchplan("plan")
            #expect(plan.all.contains("OP3019") && !plan.all.contains("new content"), "\(plan.all)")
            let applied = try project.orchplan("apply", "--yes")
            #expect(applied.status == 0, "\(applied.all)")
            #expect(try Self.secrets(project) == secrets)
            #expect(try project.orchplan("diff").status == 0)
            #expect(try project.orchplan("state", "verify").status == 0)
        }
    }

    @Test(
        "an apply that was killed before its first service is told, and a backup of another project gets no bad advice"
    )
    func interrupted() throws {
        var files = Self.files
        // A command that waits keeps the apply from its end.
        files["manifests/all.yaml"] = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: w}
            spec:
              command: [sleep, "1000"]
              healthcheck: {command: ["false"], interval: 100ms, timeout: 1s, startPeriod: 1m}
            """
        try Project.with(try Project(files)) { project in
            let apply = try project.orchplan.start(["apply", "--yes", "--progress", "plain"])
            try eventually("the apply waits") { apply.soFar.contains("waiting for health") }
            #expect(try project.orchplan("status").out.contains("Interrupted:") == false)
            kill(apply.pid, SIGKILL)
            _ = try apply.wait()
            let status = try project.orchplan("status", "--exit-code")
            #expect(status.status == 2 && status.out.contains("Interrupted: the apply of revision 1"), "\(status.all)")

            #expect(try project.orchplan("state", "backup", "one.db").status == 0)
            try project.write("orchplan.yaml", "project: other\n")
            let restored = try project.orchplan("state", "restore", "one.db", "--yes")
            #expect(restored.status == 1, "\(restored.all)")
            #expect(restored.err.contains("is a backup of lost") && !restored.err.contains("set project"))
            try project.write("orchplan.yaml", "project: lost\n")
        }
    }
}
