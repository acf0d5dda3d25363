import Drivers
import Foundation
import ResourceModel
import Testing

@testable import LocalAgent

@Suite("Names, addresses and listeners of the local driver", .serialized)
struct NetworkTests {
    /// A server that says its instance's name on its port.
    private static func server(_ change: (inout ServiceSpec) -> Void = { _ in }) -> ServiceSpec {
        var spec = ServiceSpec()
        spec.command = ["/usr/bin/python3", "-u", "-c", script]
        spec.ports = [port(7000)]
        spec.healthcheck = HealthCheck()
        spec.healthcheck?.tcp = TCPProbe()
        spec.healthcheck?.tcp?.port = 7000
        spec.healthcheck?.interval = .milliseconds(100)
        spec.healthcheck?.startPeriod = .seconds(20)
        spec.restart = policy(.any, .milliseconds(50))
        spec.stopGracePeriod = .seconds(1)
        change(&spec)
        return spec
    }

    private static let script = """
        import os, socketserver
        class H(socketserver.BaseRequestHandler):
            def handle(self): self.request.sendall(os.environ["ORCHPLAN_INSTANCE"].encode())
        class S(socketserver.ThreadingTCPServer):
            allow_reuse_address, request_queue_size = True, 128
        S(("127.0.0.1", int(os.environ["PORT"])), H).serve_forever()
        """

    private static func port(_ target: Int, published: PortRange? = nil, _ mode: PublishMode = .ingress) -> PortSpec {
        var port = PortSpec()
        port.target = target
        port.published = published
        port.mode = mode
        return port
    }

    private static func on(_ networks: String...) -> [NetworkAttachment] {
        networks.map { NetworkAttachment(network: $0) }
    }

    /// What a name resolves to in the sandbox of an instance, in order; nothing when it does not.
    private func resolve(_ name: String, in project: LocalProject, _ id: String) throws -> [String] {
        let output = try run(
            ["getent", "ahostsv4", name],
            inside: project,
            id
        )
        var seen: [String] = []
        for line in output.split(separator: "\n") {
            let address = String(line.prefix { $0 != " " })
            if !seen.contains(address) { seen.append(address) }
        }
        return seen
    }

    private func run(_ command: [String], inside project: LocalProject, _ id: String) throws -> String {
        let status = ShimStatus.read(in: AgentDirectory(project: project.directory).instance(id))
        let pid = try #require(status?.sandbox?.pid)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/nsenter")
        process.arguments = ["-t", "\(pid)", "-m"] + (geteuid() == 0 ? [] : ["-U"]) + command
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

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
            let late = try #require(listen(on: port, address: "0.0.0.0"))
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
            let agent = try #require(project.agentProcess())
            let before = residentKilobytes(agent)
            var sockets: [Int32] = []
            defer { for number in sockets { close(number) } }
            for _ in 0..<40 {
                let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                sockets.append(number)
                try #require(HostAddress.with(address, 7000) { connect(number, $0, $1) } == 0)
            }
            let open = await eventually {
                let instances = (try? await project.driver.observe(service: "web")?.instances) ?? []
                return instances.map(\.openConnections) == [20, 20]
            }
            #expect(open, "the least loaded instance gets the next connection, and all are counted")
            try await Task.sleep(for: .seconds(1))
            #expect(residentKilobytes(agent) - before < 40 * 512)
        }
    }

    private func residentKilobytes(_ pid: Int) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
    }

    private func record(_ project: LocalProject, _ id: String) throws -> InstanceRecord {
        let path = AgentDirectory(project: project.directory).instanceRecord(id)
        let bytes = try #require(FileManager.default.contents(atPath: path))
        return try InstanceRecord(canonical: CanonicalReader.parse(Array(bytes)))
    }

    /// Everything that the project's agent listens on, by the kernel's tables.
    private func listening(_ project: LocalProject) -> Set<String> {
        guard let pid = project.agentProcess() else { return [] }
        let inodes = Set(
            FileTree.names(in: "/proc/\(pid)/fd")
                .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)") }
                .filter { $0.hasPrefix("socket:[") }.compactMap { Int($0.dropFirst(8).dropLast()) }
        )
        var found: Set<String> = []
        for transport in [TransportProtocol.tcp, .udp] {
            for listener in PortHolders.listeners(transport) where inodes.contains(listener.inode) {
                found.insert("\(listener.address):\(listener.port)/\(transport.rawValue)")
            }
        }
        return found
    }

    /// What a server says at once.
    private func say(_ address: String, _ port: Int) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            "import socket,sys; print(socket.create_connection((sys.argv[1], sys.argv[2]), 5).recv(99).decode(), end='')",
            address, "\(port)",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}

extension ServiceSpec {
    fileprivate func changed(_ change: (inout ServiceSpec) -> Void) -> ServiceSpec {
        var copy = self
        change(&copy)
        return copy
    }
}

/// The first of so many ports in a row that nobody has now, for TCP or UDP.
private func freePorts(_ count: Int) -> Int? {
    (41_000..<42_000 - count).shuffled()
        .first { first in
            (first..<(first + count)).allSatisfy { HostAddress.isFree($0, .tcp) && HostAddress.isFree($0, .udp) }
        }
}
