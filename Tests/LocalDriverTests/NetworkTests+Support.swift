import Drivers
import Foundation
import ResourceModel
import Testing

@testable import LocalAgent

/// Servers, and looks into sandboxes and the kernel's tables.
extension NetworkTests {
    /// A server that says its instance's name on its port.
    static func server(_ change: (inout ServiceSpec) -> Void = { _ in }) -> ServiceSpec {
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

    static let script = """
        import os, socketserver
        class H(socketserver.BaseRequestHandler):
            def handle(self): self.request.sendall(os.environ["ORCHPLAN_INSTANCE"].encode())
        class S(socketserver.ThreadingTCPServer):
            allow_reuse_address, request_queue_size = True, 128
        S(("127.0.0.1", int(os.environ["PORT"])), H).serve_forever()
        """

    static func port(_ target: Int, published: PortRange? = nil, _ mode: PublishMode = .ingress) -> PortSpec {
        var port = PortSpec()
        port.target = target
        port.published = published
        port.mode = mode
        return port
    }

    static func on(_ networks: String...) -> [NetworkAttachment] {
        networks.map { NetworkAttachment(network: $0) }
    }

    /// What a name resolves to in the sandbox of an instance, in order; nothing when it does not.
    func resolve(_ name: String, in project: LocalProject, _ id: String) throws -> [String] {
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

    func run(_ command: [String], inside project: LocalProject, _ id: String) throws -> String {
        let status = ShimStatus.read(in: AgentDirectory(project: project.directory).instance(id))
        let pid = try #require(status?.sandbox?.pid)
        let users = geteuid() == 0 ? [] : ["-U"]
        return try output(of: ["/usr/bin/nsenter", "-t", "\(pid)", "-m"] + users + command)
    }

    func residentKilobytes(_ pid: Int) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
    }

    func record(_ project: LocalProject, _ id: String) throws -> InstanceRecord {
        let path = AgentDirectory(project: project.directory).instanceRecord(id)
        let bytes = try #require(FileManager.default.contents(atPath: path))
        return try InstanceRecord(canonical: CanonicalReader.parse(Array(bytes)))
    }

    /// Everything that the project's agent listens on, by the kernel's tables.
    func listening(_ project: LocalProject) -> Set<String> {
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
    func say(_ address: String, _ port: Int) throws -> String {
        try output(
            of: [
                "/usr/bin/python3", "-c",
                "import socket,sys; print(socket.create_connection((sys.argv[1], sys.argv[2]), 5).recv(99).decode(), end='')",
                address, "\(port)",
            ]
        )
    }
}

extension ServiceSpec {
    func changed(_ change: (inout ServiceSpec) -> Void) -> ServiceSpec {
        var copy = self
        change(&copy)
        return copy
    }
}
