import Foundation
import Testing

/// Services and jobs that are left to themselves: limits, crashes, retries, and a machine that was switched off.
@Suite("A system keeps itself as declared", .serialized)
struct SelfHealingTests {
    /// A job that succeeds at its third attempt, jobs and services on every node, and a server that can be killed.
    private static let manifests = """
        apiVersion: orchplan/v1
        kind: Volume
        metadata: {name: data}
        spec: {}
        ---
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: retried}
        spec:
          mode: replicatedJob
          replicas: 2
          command: [sh, -c, 'echo x >> /data/$$ORCHPLAN_SLOT; [ $$(wc -l < /data/$$ORCHPLAN_SLOT) -ge 3 ]']
          mounts: ["data:/data"]
          restart: {condition: onFailure, delay: 50ms}
        ---
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: everywhere}
        spec:
          mode: globalJob
          command: [sh, -c, "echo x >> /data/everywhere"]
          mounts: ["data:/data"]
        ---
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: monitor}
        spec: {mode: global, command: [sleep, "1000"]}
        ---
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec:
          command: [sh, -c, 'exec /usr/bin/python3 -m http.server --bind 127.0.0.1 --directory /data $$PORT']
          mounts: ["data:/data"]
          ports: [{name: http, target: 8000, published: "${HTTP_PORT}"}]
          resources: {limits: {memory: 256MiB, pids: 50}}
          restart: {delay: 100ms}
          healthcheck:
            command: [bash, -c, "exec 3<>/dev/tcp/127.0.0.1/$$PORT"]
            interval: 1s
            timeout: 2s
            startPeriod: 10s
        """

    @Test("jobs run to their end once, what is killed is healed, and a reboot is one command")
    func keepsItself() throws {
        let project = try Project(["orchplan.yaml": "project: self\n", "manifests/all.yaml": Self.manifests])
        try Project.with(project) { try whole($0) }
    }

    @Test(
        "so it is for an ordinary user, who is told what nothing holds",
        .enabled(if: getuid() == 0, "needs root to become somebody else")
    )
    func ordinaryUser() throws {
        let project = try Project.ofNobody(["orchplan.yaml": "project: self\n", "manifests/all.yaml": Self.manifests])
        try Project.with(project) { project in
            try whole(project)
            // More than the user may have is said in plain words.
            try project.edit(
                "manifests/all.yaml",
                "command: [sleep, \"1000\"]}",
                "command: [sleep, \"1000\"], ulimits: {nofile: 99999999}}"
            )
            let refused = try project.orchplan("apply", "--yes")
            #expect(refused.status != 0 && refused.all.contains("ulimit nofile is above"), "\(refused.all)")
            let instance = try #require(try instances(project, "web").first)
            let limits = (instance["limits"] as? [[String: Any]] ?? [])
                .map { $0["reason"] as? String ?? $0["mechanism"] as? String ?? "" }
            // This machine may let ordinary users make control groups.
            guard !limits.contains(where: { $0.hasPrefix("cgroup") }) else { return }
            #expect(limits == ["rlimit on the data of each process", "no writable cgroup"])
            let linted = try project.orchplan("lint")
            #expect(
                linted.all.contains("cannot honour `resources.limits.pids`: there is no writable cgroup"),
                "\(linted.all)"
            )
        }
    }

    private func whole(_ project: Project) throws {
        let applied = try project.orchplan("apply", "--yes")
        #expect(applied.status == 0, "\(applied.all)")
        try check(project)
        #expect(try instances(project, "web").first?["limits"] is [Any])

        // What is killed comes back by itself.
        let before = try server(project)
        kill(before, SIGKILL)
        try eventually("another process serves") { try server(project) != before && answers(project) }

        // The machine is switched off and on: nothing runs, and everything is of another boot.
        for process in project.processes() where process.command.contains(" agent ") { kill(process.pid, SIGKILL) }
        try powerOff(project)
        let looked = try project.orchplan("status")
        #expect(looked.status == 0, "\(looked.all)")
        try eventually("the site is back") { answers(project) }
        try check(project)
        let again = try project.orchplan("apply", "--yes")
        #expect(again.status == 0 && again.all.contains("No changes."), "\(again.all)")
        try check(project)
    }

    /// Jobs are completed and ran exactly as often as they had to; services run, one instance each.
    private func check(_ project: Project) throws {
        for (name, count) in ["1": 3, "2": 3, "everywhere": 1] {
            let text = try project.read(".orchplan/local/data/data/\(name)")
            #expect(text == String(repeating: "x\n", count: count), "\(name): \(text)")
        }
        for (name, phases) in [
            "retried": ["completed", "completed"], "everywhere": ["completed"], "monitor": ["running"],
            "web": ["running"],
        ] {
            var seen: [String] = []
            try eventually("\(name) is \(phases)") {
                seen = try instances(project, name).compactMap { $0["phase"] as? String }
                return seen == phases
            }
        }
        #expect(try instances(project, "retried").allSatisfy { $0["restarts"] as? Int == 2 })
    }

    private func answers(_ project: Project) -> Bool {
        HTTP.get("http://127.0.0.1:\(project.port)/everywhere")?.body == "x\n"
    }

    private func instances(_ project: Project, _ service: String) throws -> [[String: Any]] {
        let status = try project.orchplan("status", "--format", "json")
        guard let document = try JSONSerialization.jsonObject(with: Data(status.out.utf8)) as? [String: Any],
            let services = document["services"] as? [[String: Any]]
        else { throw TestFailure("unreadable status: \(status.all)") }
        return services.first { $0["name"] as? String == service }?["instances"] as? [[String: Any]] ?? []
    }

    /// The process that serves, by the project's directory, in which it runs.
    private func server(_ project: Project) throws -> Int32 {
        var found: Int32?
        let directory = project.directory.resolvingSymlinksInPath().path
        try eventually("a server runs") {
            found = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
                .first { pid in
                    let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
                    let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
                    return place == directory
                        && String(decoding: words, as: UTF8.self).hasPrefix("/usr/bin/python3\0-m\0http")
                }
            return found != nil
        }
        return try #require(found)
    }

    /// Ends every shim of the project, with its sandbox, and makes all records ones of an earlier boot.
    private func powerOff(_ project: Project) throws {
        let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8).prefix(36)
        let folder = project.directory.appendingPathComponent(".orchplan/local/instances")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            for file in ["status.json", "record.json"] {
                let path = folder.appendingPathComponent("\(name)/\(file)")
                guard let text = try? String(contentsOf: path, encoding: .utf8) else { continue }
                let record = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
                let shim = (record?["shim"] as? [String: Any])?["pid"] as? Int32 ?? 0
                let words = FileManager.default.contents(atPath: "/proc/\(shim)/cmdline") ?? Data()
                if shim > 1, String(decoding: words, as: UTF8.self).contains("instance-shim\0\(name)") {
                    kill(shim, SIGKILL)
                    try eventually("the shim is gone") { kill(shim, 0) != 0 || isZombie(shim) }
                }
                let aged = text.replacingOccurrences(of: boot, with: "00000000-0000-4000-8000-000000000000")
                try Data(aged.utf8).write(to: path)
            }
        }
    }

    private func isZombie(_ pid: Int32) -> Bool {
        (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.contains(") Z ") ?? true
    }
}
