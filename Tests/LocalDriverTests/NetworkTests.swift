import Drivers
import Foundation
import ResourceModel
import Testing

@testable import LocalAgent

@Suite("Names, addresses and listeners of the local driver", .serialized)
struct NetworkTests {
    @Test("names resolve on shared networks only and follow services, instances, crashes and agents")
    func names() async throws {
        try await LocalProject.with { project in
            try await project.define(
                "db",
                Self.server { $0.networks = [NetworkAttachment(network: "back", aliases: ["store"])] }
            )
            let db = try await project.start("db")
            try await project.define(
                "peers",
                Self.server {
                    $0.networks = Self.on("back")
                    $0.endpointMode = .dnsrr
                }
            )
            let peers = [try await project.start("peers", slot: 1), try await project.start("peers", slot: 2)]
            try await project.define("web", shell("exec sleep 100") { $0.networks = Self.on("back", "front") })
            try await project.define("edge", shell("exec sleep 100") { $0.networks = Self.on("front") })
            let web = try await project.start("web")
            let edge = try await project.start("edge")
            for (service, id) in [("db", db), ("peers", peers[0]), ("peers", peers[1]), ("web", web), ("edge", edge)] {
                try await project.wait(service, id, seconds: 30) { $0.isHealthy }
            }
            let address = try #require(try await project.driver.observe(service: "db")?.virtualAddress)
            #expect(try resolve("db", in: project, web) == [address])
            #expect(try resolve("store", in: project, web) == [address])
            #expect(try resolve("db", in: project, edge) == [])
            #expect(try resolve("web", in: project, edge).count == 1)

            // Each address of a dnsrr service leads to one instance, at the target port.
            await eventually { (try? resolve("peers", in: project, web).count) == 2 }
            let own = try resolve("peers", in: project, web)
            #expect(Set(try own.map { try say($0, 7000) }) == Set(peers))
            #expect(try resolve("tasks.peers", in: project, web) == own)
            let alone = try resolve("tasks.db", in: project, web)
            #expect(try alone.map { try say($0, 7000) } == [db])

            // One that crashes leaves the name and comes back under the same address; so it does with a new agent.
            let victim = ShimStatus.read(in: AgentDirectory(project: project.directory).instance(peers[0]))?.sandbox
            victim.flatMap(ProcessHandle.open)?.signal(SIGKILL)
            await eventually { (try? resolve("peers", in: project, web).count) == 1 }
            try await project.wait("peers", peers[0], seconds: 30) { $0.isHealthy && $0.restarts == 1 }
            await eventually { (try? resolve("peers", in: project, web)) == own }
            await project.killAgent()
            #expect(try resolve("peers", in: project, web) == own)
            try await project.wait("peers", peers[1], seconds: 30) { $0.isHealthy }
            #expect(try resolve("db", in: project, web) == [address])
            #expect(try Set(own.map { try say($0, 7000) }) == Set(peers))

            // Joining and leaving a network shows in sandboxes that run on.
            try await project.define(
                "edge",
                shell("exec sleep 100") { $0.networks = Self.on("front", "back") },
                version: "b"
            )
            #expect(try resolve("db", in: project, edge) == [address])
            try await project.define("db", Self.server { $0.networks = Self.on("other") }, version: "b")
            #expect(try resolve("db", in: project, web) == [])
            #expect(try resolve("db", in: project, edge) == [])
        }
    }

    @Test("the resolver, the host name and extra hosts are what the manifest says")
    func resolver() async throws {
        try await LocalProject.with { project in
            try await project.define(
                "web",
                shell("cat /etc/resolv.conf; hostname; getent hosts box six; echo $ORCHPLAN_ADDRESS; exec sleep 100") {
                    $0.dns = ["192.0.2.53"]
                    $0.dnsSearch = ["example.com"]
                    $0.dnsOptions = ["ndots:3"]
                    $0.hostname = "crate-{{.Task.Slot}}"
                    $0.extraHosts = ["box=10.9.8.7", "six=[2001:db8::7]"]
                }
            )
            let id = try await project.start("web")
            await eventually { await project.driver.recentLogs(instance: id, lines: 9).count >= 7 }
            let logs = await project.driver.recentLogs(instance: id, lines: 9)
            #expect(logs.prefix(4) == ["nameserver 192.0.2.53", "search example.com", "options ndots:3", "crate-1"])
            #expect(logs.contains { $0.hasPrefix("10.9.8.7") } && logs.contains { $0.hasPrefix("2001:db8::7") })
            #expect(logs.last?.hasPrefix("127.78.") == true)
        }
    }

    @Test("the agent listens where it is declared and nowhere else")
    func listeners() async throws {
        try await LocalProject.with { project in
            let base = try #require(freePorts(6))
            var spec = Self.server {
                $0.ports = [
                    Self.port(7000, published: PortRange(base, base)),
                    // Of a range one port is taken that is free; each instance has a port of its own with mode host.
                    Self.port(7000, published: PortRange(base + 1, base + 2)),
                    Self.port(7001, published: PortRange(base + 3, base + 5), .host),
                ]
                $0.ports.append(Self.port(7002, published: PortRange(base, base)))
                $0.ports[3].transport = .udp
                $0.replicas = 2
                $0.networks = Self.on("inside", "outside")
            }
            spec.healthcheck = nil
            let stranger = try #require(listen(on: base + 1))
            defer { close(stranger) }
            var network = NetworkSpec()
            network.isInternal = true
            try await project.create(.network, "inside", .network(network))
            try await project.create(.network, "outside", .network(NetworkSpec()))
            try await project.define("web", spec)
            let ids = [try await project.start("web", slot: 1), try await project.start("web", slot: 2)]
            for id in ids { try await project.wait("web", id) { $0.isHealthy } }
            let address = try #require(try await project.driver.observe(service: "web")?.virtualAddress)
            let records = try ids.map { try record(project, $0) }
            var wanted: Set<String> = [
                "\(address):7000/tcp", "\(address):7001/tcp", "\(address):7002/udp", "\(address):17077/udp",
                "127.0.0.1:\(base)/tcp", "127.0.0.1:\(base)/udp", "127.0.0.1:\(base + 2)/tcp",
                "127.0.0.1:\(base + 3)/tcp", "127.0.0.1:\(base + 4)/tcp",
            ]
            let published = wanted.filter { $0.hasPrefix("127.0.0.1") }
            for record in records {
                #expect(record.address.hasPrefix("127.78."))
                wanted.formUnion(["7000/tcp", "7001/tcp", "7002/udp", "17077/udp"].map { "\(record.address):\($0)" })
            }
            await eventually { listening(project) == wanted }
            #expect(listening(project) == wanted)
            let endpoints = try await project.driver.observe(service: "web")?.endpoints ?? []
            #expect(
                Set(endpoints.filter(\.isPublished).map { "\($0.address):\($0.port)/\($0.transport.rawValue)" })
                    == published
            )
            // What is the project's own is nobody's port, on whatever address; a stranger's is named.
            let ports = (0..<6).map { RequestedPort(address: "0.0.0.0", port: base + $0, transport: .tcp) }
            #expect(try await project.driver.inventory(ports: ports).occupiedPorts.map(\.port) == [base + 1])
            let datagrams = try #require(HostAddress.claim("127.0.0.1", base + 5, .udp))
            let asked = [base, base + 5].map { RequestedPort(address: "127.0.0.1", port: $0, transport: .udp) }
            let taken = try await project.driver.inventory(ports: asked).occupiedPorts
            #expect(taken.map(\.port) == [base + 5] && taken.first?.holder?.contains("\(getpid())") == true)
            withExtendedLifetime(datagrams) {}

            // Off the last network that leads out, nothing is published; back on it, all is as before.
            try await project.define("web", spec.changed { $0.networks = Self.on("inside") }, version: "a")
            await eventually { listening(project) == wanted.subtracting(published) }
            #expect(listening(project) == wanted.subtracting(published))
            try await project.define("web", spec, version: "a")
            #expect(listening(project) == wanted)
            // A new agent listens in the same places, and a gone instance's are given up.
            await project.killAgent()
            try await project.wait("web", ids[0]) { $0.isHealthy }
            await eventually { listening(project) == wanted }
            #expect(listening(project) == wanted)
            try await project.stop("web", ids[1])
            let rest = wanted.filter { !$0.hasPrefix(records[1].address) }
            await eventually { listening(project) == rest }
            #expect(listening(project) == rest)
        }
    }

    @Test("a port on all addresses goes beside the same target port, of this service and of others")
    func allAddresses() async throws {
        try await LocalProject.with { project in
            let port = try #require(freePorts(1))
            func spec(_ published: PortRange?) -> ServiceSpec {
                Self.server {
                    $0.ports = [Self.port(port, published: published)]
                    $0.ports[0].hostIP = published == nil ? nil : "0.0.0.0"
                    $0.healthcheck?.tcp?.port = port
                }
            }
            try await project.define("other", spec(nil))
            try await project.define("web", spec(PortRange(port, port)))
            for name in ["web", "other"] {
                let id = try await project.start(name)
                try await project.wait(name, id, seconds: 30) { $0.isHealthy }
            }
            for attempt in 0..<2 {
                for name in ["web", "other"] {
                    let seen = try #require(try await project.driver.observe(service: name))
                    #expect(seen.trouble == nil)
                    #expect(try say(try #require(seen.virtualAddress), port) == "\(name).1.a")
                }
                #expect(try say("127.0.0.1", port) == "web.1.a")
                // A new agent opens them in whatever order.
                if attempt == 0 { await project.killAgent() }
                for name in ["web", "other"] { try await project.wait(name, "\(name).1.a") { $0.isHealthy } }
            }
        }
    }

    @Test("strangers on the project's addresses are named, also after a restart")
    func strangers() async throws {
        try await LocalProject.with { project in
            let port = try #require(freePorts(1))
            let stranger = try #require(listen(on: port, address: "0.0.0.0"))
            let spec = shell("exec sleep 100") { $0.ports = [Self.port(port)] }
            let error = try await #require(throws: DriverError.self) { try await project.define("web", spec) }
            #expect(error.code == .occupied && error.message.contains("(pid \(getpid()))"), "\(error)")
            close(stranger)
            try await project.define("web", spec)
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            await project.killAgent()
            // A process whose first thread is gone may have others that still close its sockets.
            var taken: Int32?
            await eventually {
                taken = taken ?? listen(on: port, address: "0.0.0.0")
                return taken != nil
            }
            let late = try #require(taken)
            let seen = try await project.driver.observe(service: "web")
            #expect(seen?.trouble?.contains("(pid \(getpid()))") == true, "\(seen?.trouble ?? "no trouble")")
            #expect(seen?.endpoints == [])
            close(late)
            await eventually { (try? await project.driver.observe(service: "web")?.trouble) == .some(nil) }
            #expect(try await project.driver.observe(service: "web")?.endpoints.count == 1)
        }
    }

    @Test("two projects with the same names have addresses of their own")
    func twoProjects() async throws {
        try await LocalProject.with { one in
            try await LocalProject.with { two in
                // The second is made to want what the first one has.
                var addresses: Set<String> = []
                for project in [one, two] {
                    try await project.define("web", Self.server())
                    let id = try await project.start("web")
                    try await project.wait("web", id, seconds: 30) { $0.isHealthy }
                    let seen = try #require(try await project.driver.observe(service: "web"))
                    addresses.insert(try #require(seen.virtualAddress))
                    addresses.insert(try record(project, id).address)
                }
                #expect(addresses.count == 4)
                let theirs = try #require(try await one.driver.observe(service: "web")?.virtualAddress)
                let path = AgentDirectory(project: two.directory).serviceRecord("web")
                await two.killAgent()
                let text = try String(contentsOfFile: path, encoding: .utf8)
                let own = try #require(addresses.first { $0 != theirs && text.contains($0) })
                try text.replacingOccurrences(of: own, with: theirs)
                    .write(toFile: path, atomically: true, encoding: .utf8)
                let moved = try await two.driver.observe(service: "web")?.virtualAddress
                #expect(moved != nil && moved != theirs)
                #expect(try await one.driver.observe(service: "web")?.virtualAddress == theirs)
            }
        }
    }

    @Test("clients that stall cost the agent a few buffers each, whatever their server has to say")
    func stalledClients() async throws {
        try await LocalProject.with { project in
            let talk = Self.script.replacingOccurrences(
                of: "self.request.sendall(os.environ[\"ORCHPLAN_INSTANCE\"].encode())",
                with: "[self.request.sendall(bytes(1 << 20)) for _ in range(1 << 20)]"
            )
            try await project.define(
                "web",
                Self.server {
                    $0.command = ["/usr/bin/python3", "-u", "-c", talk]
                    $0.healthcheck = nil
                    $0.loadBalancing = .leastConnections
                }
            )
            let ids = [try await project.start("web", slot: 1), try await project.start("web", slot: 2)]
            for id in ids { try await project.wait("web", id, seconds: 30) { $0.isHealthy } }
            let address = try #require(try await project.driver.observe(service: "web")?.virtualAddress)
            await eventually { ((try? say(address, 7000)) ?? "").isEmpty == false }
            let counts = { (try? await project.driver.observe(service: "web")?.instances.map(\.openConnections)) ?? [] }
            // The one that asked has to be gone from the counts before others are spread by them.
            await eventually { await counts() == [0, 0] }
            let agent = try #require(project.agentProcess())
            let before = residentKilobytes(agent)
            var sockets: [Int32] = []
            defer { for number in sockets { close(number) } }
            for _ in 0..<40 {
                let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                sockets.append(number)
                try #require(HostAddress.with(address, 7000) { connect(number, $0, $1) } == 0)
            }
            let open = await eventually { await counts() == [20, 20] }
            #expect(open, "the least loaded instance gets the next connection, and all are counted")
            try await Task.sleep(for: .seconds(1))
            #expect(residentKilobytes(agent) - before < 40 * 512)
        }
    }
}
