import Foundation
import Testing

/// Secret bytes are nowhere but where they were put and where they are handed out.
@Suite("A canary in every secret is seen nowhere else", .serialized)
struct CanaryTests {
    private static let canary = "canary7Fq2"
    private static let manifests = """
        apiVersion: orchplan/v1
        kind: Secret
        metadata: {name: kept}
        spec: {file: ../kept.txt}
        ---
        apiVersion: orchplan/v1
        kind: Secret
        metadata: {name: given}
        spec: {environment: GIVEN}
        ---
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: reader}
        spec:
          command: [sh, -c, 'wc -c < /run/secrets/kept; exec sleep 1000']
          environment:
            TOKEN: {secret: given}
          secrets: [kept, given]
          replicas: 2
          update: {monitor: 100ms, onFailure: rollback}
          healthcheck: {command: [test, -s, /run/secrets/kept], interval: 200ms}
        """

    /// What every command prints, in its formats.
    private static let looks = [
        ["lint"], ["diff"], ["plan"], ["plan", "--format", "json"], ["plan", "--format", "md"], ["status"],
        ["status", "--format", "json"], ["logs"], ["history"], ["history", "--format", "json"], ["state", "list"],
        ["state", "show", "secret/kept"], ["state", "show", "service/reader"], ["graph"], ["show", "saved.plan"],
        ["reconcile", "--once", "--repair"],
    ]

    @Test(
        "outputs, state, plans, logs, arguments, environments and core dumps, through success, failure and a way back"
    )
    func everywhere() throws {
        let files = ["orchplan.yaml": "project: canary\n", "manifests/all.yaml": Self.manifests]
        try Project.with(try Project(files)) { project in
            let given = ["GIVEN": "given-\(Self.canary)"]
            var outputs: [String] = []
            func run(_ words: [String], _ status: Set<Int32> = [0]) throws {
                let output = try project.orchplan.start(words, environment: given).wait()
                #expect(status.contains(output.status), "\(words): \(output.all)")
                outputs.append(output.all)
            }
            try project.write("kept.txt", "first-\(Self.canary)")
            try run(["plan", "--out", "saved.plan"])
            try run(["apply", "--yes", "--progress", "ndjson"])
            try expectNoTrace(project)
            try project.write("kept.txt", "second-\(Self.canary)")
            for look in Self.looks { try run(look, [0, 1, 2, 3]) }
            try run(["apply", "--yes"])
            // A version that fails goes back, with its last words; what it says itself is its own.
            try project.edit("manifests/all.yaml", "exec sleep 1000", "exit 3")
            try run(["apply", "--yes"], [5])
            for look in Self.looks { try run(look, [0, 1, 2, 3]) }
            try run(["rollback", "1", "--yes"], [0, 1])
            for output in outputs { #expect(!output.contains(Self.canary), "\(output)") }
            try expectNoTrace(project)
        }
    }

    @Test(
        "a variable that a secret is made of is not repeated by what is wrong where it stands",
        arguments: ["{environment: GIVEN}", "{environment: GIVEN, file: x}"]
    )
    func variables(_ source: String) throws {
        for field in [
            "replicas: ${GIVEN}", "stopSignal: ${GIVEN}", "envFiles: ['${GIVEN}']", "hostname: ${NOPE?${GIVEN}}",
            "scale: {max: '${GIVEN}'}", "hostname: ${GIVEN}",
        ] {
            let manifests = """
                apiVersion: orchplan/v1
                kind: Secret
                metadata: {name: given}
                spec: \(source)
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec:
                  command: [sleep, "1"]
                  secrets: [given]
                  \(field)
                """
            try Project.with(try Project(["orchplan.yaml": "project: canary\n", "manifests/all.yaml": manifests])) {
                project in
                for words in [["lint"], ["lint", "--format", "sarif"], ["plan"]] {
                    let found = try project.orchplan.start(words, environment: ["GIVEN": Self.canary]).wait()
                    #expect(found.status != 0 && !found.all.contains(Self.canary), "\(field): \(found.all)")
                }
            }
        }
    }

    @Test("who waits for a probe is a copy of the agent and in no core dump; services and probes may leave their own")
    func probes() throws {
        let manifest = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: slow}
            spec:
              command: [sleep, "86437"]
              update: {monitor: 0s}
              healthcheck: {command: [sleep, "2"], interval: 100ms, timeout: 1m, startPeriod: 1m}
            """
        let files = ["orchplan.yaml": "project: canary\n", "manifests/all.yaml": manifest]
        try Project.with(try Project(files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            let agent = try project.agentPID()
            try eventually("one waits for a probe, outside of every core dump") {
                children(of: agent)
                    .contains { outside in
                        name(of: outside) == "orchplan-probe" && leavesNoMemory(outside)
                            && children(of: outside)
                                .contains { name(of: $0) == "sleep" && filter(of: $0) == filter(of: getpid()) }
                    }
            }
            // In its own PID namespace below a shim: looked for by words that no other test runs.
            let services = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [])
                .compactMap { Int32($0) }
                .filter {
                    FileManager.default.contents(atPath: "/proc/\($0)/cmdline") == Data("sleep\u{0}86437\u{0}".utf8)
                }
            #expect(!services.isEmpty && services.allSatisfy { filter(of: $0) == filter(of: getpid()) })
        }
    }

    /// Looks through the project's files and through what the system shows of its processes.
    private func expectNoTrace(_ project: Project) throws {
        let secrets = [project.directory.appendingPathComponent("kept.txt").path]
        let all = FileManager.default.enumerator(at: project.directory, includingPropertiesForKeys: [.isRegularFileKey])
        var count = 0
        for case let url as URL in all ?? .init() where !secrets.contains(url.path) {
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true,
                let data = FileManager.default.contents(atPath: url.path)
            else { continue }
            count += 1
            // What the agent hands out again after a restart, for its owner alone (docs/decisions/0006).
            if url.path.contains("/.orchplan/local/secrets/") {
                let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(url.path)")
                continue
            }
            #expect(data.range(of: Data(Self.canary.utf8)) == nil, "\(url.path)")
        }
        #expect(count > 3)
        for process in project.processes() {
            #expect(!process.command.contains(Self.canary), "\(process.command)")
            // What a service is handed is in its own environment, and only there.
            guard process.command.contains("orchplan") else { continue }
            let environment = FileManager.default.contents(atPath: "/proc/\(process.pid)/environ") ?? Data()
            if environment.range(of: Data(Self.canary.utf8)) != nil {
                #expect(!project.isStill(process), "\(process.command)")
            }
            guard process.command.contains(" agent ") || process.command.contains("instance-shim") else { continue }
            try eventually("\(process.command) is in no core dump") {
                !project.isStill(process) || leavesNoMemory(process.pid)
            }
        }
    }

    /// Whether a core dump of the process holds nothing of its memory.
    private func leavesNoMemory(_ pid: Int32) -> Bool {
        filter(of: pid) == "00000000\n"
    }

    private func filter(of pid: Int32) -> String {
        String(decoding: FileManager.default.contents(atPath: "/proc/\(pid)/coredump_filter") ?? Data(), as: UTF8.self)
    }

    private func name(of pid: Int32) -> String {
        String(decoding: FileManager.default.contents(atPath: "/proc/\(pid)/comm") ?? Data(), as: UTF8.self)
            .trimmingCharacters(in: .newlines)
    }

    private func children(of pid: Int32) -> [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? [])
            .flatMap { task in
                let found = FileManager.default.contents(atPath: "/proc/\(pid)/task/\(task)/children") ?? Data()
                return String(decoding: found, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
            }
    }
}
