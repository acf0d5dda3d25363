import Foundation
import Testing

/// Requests that never stop, over kept and fresh connections, while the system changes underneath.
@Suite("Nothing is lost while things change", .serialized)
struct DataPlaneTests {
    /// A server that ends at once when it is told to stop: what is in flight then would be lost.
    private static let server = """
        import http.server, os
        class H(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                body = (os.environ["ORCHPLAN_INSTANCE"] + " " + os.environ["VERSION"] + "\\n").encode()
                self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
                self.wfile.write(body)
            def log_message(self, *_): pass
        class S(http.server.ThreadingHTTPServer): request_queue_size = 128
        S(("127.0.0.1", int(os.environ["PORT"])), H).serve_forever()
        """

    private static let manifests = """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec:
          command: [/usr/bin/python3, server.py]
          replicas: 3
          environment: {VERSION: "1"}
          ports:
            - {name: http, target: 8080, published: "${HTTP_PORT}"}
          healthcheck: {http: {path: /, port: http}, interval: 200ms, timeout: 2s, startPeriod: 20s}
          restart: {delay: 200ms}
          update: {batch: 1, monitor: 0s}
        """

    /// Asks without a pause from eight threads, four of them on connections that stay open; says at the end how often
    /// it was answered, by whom, and what failed.
    private static let load = """
        import http.client, json, os, sys, threading, time
        answered, failed, names, lock = 0, [], set(), threading.Lock()
        def ask(keep):
            global answered
            c = None
            while not os.path.exists("stop"):
                try:
                    c = c or http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
                    c.request("GET", "/"); r = c.getresponse(); text = r.read().decode()
                    with lock:
                        answered += 1; names.add(text.strip())
                        if r.status != 200: failed.append(str(r.status))
                except Exception as e:
                    with lock: failed.append(repr(e))
                    c = None
                    time.sleep(0.02)
                if not keep and c: c.close(); c = None
                time.sleep(0.002)
        threads = [threading.Thread(target=ask, args=(n < 4,)) for n in range(8)]
        [t.start() for t in threads]; [t.join() for t in threads]
        print(json.dumps({"answered": answered, "failed": failed, "names": sorted(names)}))
        """

    private struct Served: Decodable {
        var answered: Int
        var failed: [String]
        var names: [String]
    }

    /// What came of the requests while `change` went on.
    private func loaded(_ project: Project, _ change: () throws -> Void) throws -> Served {
        try? FileManager.default.removeItem(at: project.directory.appendingPathComponent("stop"))
        let load = try RunningProcess(
            ["/usr/bin/python3", "load.py", "\(project.port)"],
            directory: project.directory,
            environment: project.orchplan.environment,
            input: nil
        )
        usleep(500_000)
        do { try change() } catch {
            load.send(SIGKILL)
            throw error
        }
        usleep(300_000)
        try project.write("stop", "")
        let output = try load.wait()
        return try JSONDecoder().decode(Served.self, from: Data(output.out.utf8))
    }

    @Test("a rolling update loses no request, a killed instance only what it was answering")
    func changesUnderLoad() throws {
        let files = [
            "orchplan.yaml": "project: plane\n", "manifests/web.yaml": Self.manifests, "server.py": Self.server,
            "load.py": Self.load,
        ]
        try Project.with(try Project(files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try project.edit("manifests/web.yaml", "VERSION: \"1\"", "VERSION: \"2\"")
            let rolled = try loaded(project) {
                let applied = try project.orchplan("apply", "--yes", "--batch", "1")
                #expect(applied.status == 0, "\(applied.all)")
            }
            #expect(rolled.failed.isEmpty, "\(rolled.failed) of \(rolled.answered)")
            #expect(rolled.answered > 50)
            #expect(Set(rolled.names.map { $0.split(separator: " ").last }) == ["1", "2"])

            let killed = try loaded(project) {
                let victim = try #require(project.processes(running: "server.py").first)
                kill(victim, SIGKILL)
                try eventually("all three are healthy again") {
                    try project.orchplan("status").out.contains("3/3")
                }
            }
            // One request of each thread can have been at that instance.
            #expect(killed.failed.count <= 8, "\(killed.failed) of \(killed.answered)")
            #expect(killed.names.count >= 3)
        }
    }
}

extension Project {
    /// Python processes that run this script in the project's folder.
    fileprivate func processes(running script: String) -> [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [])
            .compactMap { entry in
                guard let pid = Int32(entry),
                    let data = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline"),
                    String(decoding: data, as: UTF8.self).hasPrefix("/usr/bin/python3\0\(script)\0"),
                    let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(entry)/cwd"),
                    URL(fileURLWithPath: folder).lastPathComponent == directory.lastPathComponent
                else { return nil }
                return pid
            }
    }
}
