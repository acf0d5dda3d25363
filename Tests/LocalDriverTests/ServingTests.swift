import Drivers
import Foundation
import LocalAgent
import ResourceModel
import Testing

@Suite("Services of the local driver", .serialized)
struct ServingTests {
    /// Serves the slot's number as `/who` and an empty `/ok`, until `/ok` is asked to vanish.
    static let server = """
        cd /tmp; echo $ORCHPLAN_SLOT > who; echo fine > ok
        exec python3 -m http.server --bind 127.0.0.1 $PORT
        """

    static func web(published: Int? = nil) -> ServiceSpec {
        shell(server) {
            var port = PortSpec()
            port.name = "http"
            port.target = 8080
            port.published = published.map { PortRange($0, $0) }
            $0.ports = [port]
            var check = HealthCheck()
            var probe = HTTPProbe()
            probe.path = "/ok"
            probe.port = 8080
            check.http = probe
            check.interval = .milliseconds(200)
            check.startPeriod = .seconds(20)
            check.timeout = .seconds(2)
            check.retries = 2
            $0.healthcheck = check
            $0.restart = policy(.any, .seconds(3))
            $0.replicas = 2
        }
    }

    @Test("healthy instances share the connections; one that turns bad is replaced")
    func balancesAndReplaces() async throws {
        try await LocalProject.with { project in
            let port = try #require(freePort())
            try await project.define("web", Self.web(published: port))
            let first = try await project.start("web", slot: 1)
            let second = try await project.start("web", slot: 2)
            try await project.wait("web", first, seconds: 20) { $0.isHealthy }
            try await project.wait("web", second, seconds: 20) { $0.isHealthy }
            let observed = try #require(try await project.driver.observe(service: "web"))
            let address = try #require(observed.virtualAddress)
            #expect(address.hasPrefix("127.77."))
            var seen: Set<String> = []
            for _ in 0..<6 { seen.insert(try fetch("http://127.0.0.1:\(port)/who")) }
            #expect(seen == ["1\n", "2\n"])
            #expect(try fetch("http://\(address):8080/ok") == "fine\n")

            // The name resolves inside another service's sandbox, to the address that balances.
            try await project.define(
                "client",
                shell("exec sleep 100") {
                    var check = HealthCheck()
                    check.command = [
                        "python3", "-c", "import urllib.request as u; u.urlopen('http://web:8080/ok', timeout=5)",
                    ]
                    check.interval = .milliseconds(300)
                    check.startPeriod = .seconds(20)
                    $0.healthcheck = check
                }
            )
            let client = try await project.start("client")
            try await project.wait("client", client, seconds: 20) { $0.isHealthy }

            // Its own file is gone: the probe fails, the instance is replaced and serves again.
            let pid = try #require(
                processes(with: "http.server").first { environment($0).contains("ORCHPLAN_INSTANCE=\(first)") }
            )
            try FileManager.default.removeItem(atPath: "/proc/\(pid)/root/tmp/ok")
            func isKnownToBeBad() async -> Bool {
                let client = AgentClient(socketPath: AgentDirectory(project: project.directory).socket)
                let events = try? await client.send("GET", "/v1/events", timeout: .seconds(5)).body
                return String(decoding: events ?? [], as: UTF8.self).contains("unhealthy: GET /ok answered 404")
            }
            #expect(await eventually { await isKnownToBeBad() })
            // The bad one has no such file: whoever answers is the other one, or the replacement.
            for _ in 0..<4 { #expect(try fetch("http://127.0.0.1:\(port)/ok") == "fine\n") }
            let again = try await project.wait("web", first, seconds: 20) { $0.isHealthy && $0.restarts == 1 }
            #expect(again.phase == .running)
        }
    }

    @Test("a port that a stranger holds is named with its holder, and nothing is left half done")
    func occupiedPort() async throws {
        try await LocalProject.with { project in
            let port = try #require(freePort())
            let stranger = try #require(listen(on: port))
            defer { close(stranger) }
            let error = try await #require(throws: DriverError.self) {
                try await project.define("web", Self.web(published: port))
            }
            #expect(error.code == .occupied)
            #expect(error.message.contains("(pid \(getpid()))"))
            #expect(try await project.driver.observe(service: "web") == nil)
            let inventory = try await project.driver.inventory(
                ports: [RequestedPort(address: "127.0.0.1", port: port, transport: .tcp)])
            #expect(inventory.occupiedPorts.map(\.port) == [port])
        }
    }

    @Test("a watch yields the present state first and each change after it")
    func watching() async throws {
        try await LocalProject.with { project in
            try await project.define("web", shell("exec sleep 100"))
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            var states = project.driver.watch(service: "web").makeAsyncIterator()
            let first = try await states.next()
            #expect(first??.instances.map(\.isHealthy) == [true])
            async let stopped: Void = project.stop("web", id)
            var last = first
            while let current = last ?? nil, !current.instances.isEmpty { last = try await states.next() }
            try await stopped
            #expect(last??.instances.isEmpty == true)
        }
    }
}
