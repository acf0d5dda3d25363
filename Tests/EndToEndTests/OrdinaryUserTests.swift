import Foundation
import Testing

/// The local driver needs no root; secrets stay out of every place that somebody else could read.
@Suite("An ordinary user runs services", .serialized)
struct OrdinaryUserTests {
    private static let manifests = """
        apiVersion: orchplan/v1
        kind: Secret
        metadata: {name: token}
        spec: {file: ../token.txt}
        ---
        apiVersion: orchplan/v1
        kind: Volume
        metadata: {name: data}
        spec: {}
        ---
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: hello}
        spec:
          command: [sh, -c, 'cp /run/secrets/token /data/seen && chmod 600 /data/seen && exec /usr/bin/python3 -m http.server --bind 127.0.0.1 --directory /data $$PORT']
          replicas: 2
          ports: [{name: http, target: 8000, published: "${HTTP_PORT}"}]
          mounts: ["data:/data"]
          secrets: [token]
          healthcheck:
            http: {path: /, port: http}
            interval: 1s
            timeout: 1s
            startPeriod: 10s
            startInterval: 200ms
        """

    @Test(
        "sandboxes, health checks, volumes, secrets and published ports work without root",
        .enabled(if: getuid() == 0, "needs root to become somebody else")
    )
    func withoutRoot() throws {
        let project = try Project.ofNobody([
            "orchplan.yaml": "project: hello\n", "manifests/hello.yaml": Self.manifests, "token.txt": "canary-5f2c9d",
        ])
        try Project.with(project) { project in
            let applied = try project.orchplan("apply", "--yes")
            #expect(applied.status == 0, "\(applied.all)")
            let url = "http://127.0.0.1:\(project.port)/seen"
            try eventually("the service answers with its secret") { HTTP.get(url)?.body == "canary-5f2c9d" }
            #expect(try project.orchplan("diff").status == 0)
            try canaryIsNowhere(project, applied.all)
            #expect(try project.orchplan("destroy", "--yes", "--delete-volumes").status == 0)
            try eventually("nothing is left") { project.processes().isEmpty }
        }
    }

    @Test(
        "root asks an ordinary user's agent, and becomes none in its place: it would run that user's services as root",
        .enabled(if: getuid() == 0, "needs root to become somebody else")
    )
    func rootLooks() throws {
        let service = Manifest.of("Service", "web", "{command: [sleep, '1000'], update: {monitor: 1s}}")
        try Project.with(
            try Project.ofNobody(["orchplan.yaml": "project: theirs\n", "manifests/web.yaml": service])
        ) { project in
            var root = project.orchplan
            root.prefix = []
            #expect(try project.orchplan("apply", "--yes").status == 0)
            #expect(try root("status").status == 0)
            kill(try project.agentPID(), SIGKILL)
            try eventually("the agent is gone") { !project.processes().contains { $0.command.contains(" agent ") } }
            for words in [["status"], ["plan"], ["apply", "--yes"], ["agent"]] {
                let refused = try root.start(words).wait()
                #expect(refused.status == 1, "\(words): \(refused.all)")
                #expect(refused.err.contains("belongs to the user with id 65534"), "\(words): \(refused.all)")
            }
            #expect(!project.processes().contains { $0.command.contains(" agent ") })
            #expect(try project.orchplan("status").out.contains("healthy"))
        }
    }

    @Test(
        "a port below 1024 is refused while planning, for an ordinary user alone",
        .enabled(if: getuid() == 0, "needs root to become somebody else")
    )
    func privilegedPort() throws {
        let setting = try String(contentsOfFile: "/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding: .utf8)
        guard (Int(setting.prefix { $0.isNumber }) ?? 0) > 80 else { return }
        let manifest = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: web}
            spec: {command: [sleep, '100'], ports: [80]}
            """
        let files = ["orchplan.yaml": "project: low\n", "manifests/web.yaml": manifest]
        for isRoot in [false, true] {
            let project = try isRoot ? Project(files) : Project.ofNobody(files)
            try Project.with(project) { project in
                let planned = try project.orchplan("plan")
                #expect(planned.status == (isRoot ? 0 : 1), "\(planned.all)")
                #expect(planned.out.contains("OP3014") == !isRoot, "\(planned.out)")
            }
        }
    }

    /// The secret's bytes are in its source, in the driver's own store and inside the instance; nowhere else.
    private func canaryIsNowhere(_ project: Project, _ output: String) throws {
        let canary = "canary-5f2c9d"
        #expect(!output.contains(canary))
        for command in [
            ["state", "show", "secret/token"], ["plan", "--format", "json"], ["status", "--format", "json"],
        ] {
            #expect(!(try project.orchplan.start(command).wait().all.contains(canary)))
        }
        for process in project.processes() { #expect(!process.command.contains(canary)) }
        let allowed = ["token.txt", ".orchplan/local/secrets/", ".orchplan/local/data/"]
        let root = project.directory.path + "/"
        for case let url as URL in FileManager.default.enumerator(
            at: project.directory,
            includingPropertiesForKeys: nil
        ) ?? .init() {
            let path = url.path.replacingOccurrences(of: root, with: "")
            guard !allowed.contains(where: { path.hasPrefix($0) }),
                let data = FileManager.default.contents(atPath: url.path)
            else { continue }
            #expect(data.range(of: Data(canary.utf8)) == nil, "\(path)")
            // Hosts files are read by whichever user an instance runs as, below a folder that nobody else may enter.
            if path.hasPrefix(".orchplan"), !path.hasPrefix(".orchplan/local/hosts") {
                let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int ?? 0
                #expect(mode & 0o077 == 0, "\(path) has mode \(String(mode, radix: 8))")
            }
        }
    }
}
