import Glibc
import ResourceModel

/// Who listens on a port, by the kernel's tables.
package enum PortHolders {
    /// A socket that listens (TCP) or is bound (UDP).
    struct Listener: Hashable {
        var address: String
        var port: Int
        var inode: Int
    }

    /// The holder of a port on an address, or on all addresses: `nginx (pid 4242)`.
    ///
    /// - Returns: nil when nobody listens there; a listener without a name when the system hides the process.
    package static func occupied(_ address: String, _ port: Int, _ transport: TransportProtocol) -> OccupiedPort? {
        Sockets().occupied(address, port, transport)
    }

    /// The kernel's tables, each read once: many ports are looked up at the price of one.
    final class Sockets {
        private var tables: [TransportProtocol: [Int: [Listener]]] = [:]
        private lazy var owners = PortHolders.owners()
        private var names: [Int: String] = [:]

        /// - Parameter counts: Whether a listener on this address is one to tell of.
        func occupied(
            _ address: String,
            _ port: Int,
            _ transport: TransportProtocol,
            where counts: (String) -> Bool = { _ in true }
        ) -> OccupiedPort? {
            if tables[transport] == nil {
                tables[transport] = Dictionary(grouping: listeners(transport), by: \.port)
            }
            guard let listeners = tables[transport]?[port] else { return nil }
            let isAny = ListenerKey.isWildcard(address)
            let found = listeners.first {
                (isAny || $0.address == address || ListenerKey.isWildcard($0.address)) && counts($0.address)
            }
            return found.map {
                OccupiedPort(port: port, transport: transport, address: $0.address, holder: holder(of: $0.inode))
            }
        }

        private func holder(of inode: Int) -> String? {
            guard let pid = owners[inode] else { return nil }
            let name = names[pid] ?? PortHolders.name(of: pid)
            names[pid] = name
            return name
        }
    }

    static func listeners(_ transport: TransportProtocol) -> [Listener] {
        let tables = transport == .tcp ? ["tcp", "tcp6"] : ["udp", "udp6"]
        return tables.flatMap { name -> [Listener] in
            let bytes = (try? DurableFile.read("/proc/net/\(name)")).flatMap { $0 } ?? []
            return parse(String(decoding: bytes, as: UTF8.self), wantsListening: transport == .tcp)
        }
    }

    /// Lines are `sl local remote state … uid timeout inode`; state 0A is listening.
    static func parse(_ table: String, wantsListening: Bool) -> [Listener] {
        table.split(separator: "\n").dropFirst()
            .compactMap { line in
                let fields = line.split(separator: " ")
                guard fields.count > 9, !wantsListening || fields[3] == "0A", let inode = Int(fields[9]) else {
                    return nil
                }
                let local = fields[1].split(separator: ":")
                guard local.count == 2, let port = Int(local[1], radix: 16) else { return nil }
                return Listener(address: address(local[0]), port: port, inode: inode)
            }
    }

    /// Words of 32 bits in the machine's byte order, as hexadecimal.
    private static func address(_ text: Substring) -> String {
        func bytes(_ word: Substring) -> [Int] {
            let value = UInt32(word, radix: 16) ?? 0
            return [0, 8, 16, 24].map { Int(value >> UInt32($0) & 0xFF) }
        }
        if text.count == 8 { return bytes(text).map(String.init).joined(separator: ".") }
        if text.allSatisfy({ $0 == "0" }) { return "::" }
        // An IPv4 address in IPv6 clothes.
        if text.hasPrefix("0000000000000000FFFF0000") {
            return bytes(text.suffix(8)).map(String.init).joined(separator: ".")
        }
        return text == "00000000000000000000000001000000" ? "::1" : "[\(text.lowercased())]"
    }

    /// The process that holds each socket, by the socket's inode; of several the first.
    private static func owners() -> [Int: Int] {
        var owners: [Int: Int] = [:]
        for name in FileTree.names(in: "/proc") {
            guard let pid = Int(name) else { continue }
            for number in FileTree.names(in: "/proc/\(pid)/fd") {
                guard case .link(let target) = Host().entry(at: "/proc/\(pid)/fd/\(number)"),
                    target.hasPrefix("socket:["), let inode = Int(target.dropFirst(8).dropLast())
                else { continue }
                if owners[inode] == nil { owners[inode] = pid }
            }
        }
        return owners
    }

    private static func name(of pid: Int) -> String {
        let words = (try? DurableFile.read("/proc/\(pid)/cmdline")).flatMap { $0 } ?? []
        if let agent = agent(words) { return "\(agent) (pid \(pid))" }
        let bytes = (try? DurableFile.read("/proc/\(pid)/comm")).flatMap { $0 } ?? []
        return "\(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)) (pid \(pid))"
    }

    /// Whose agent a process is, by its arguments; nil for any other program.
    ///
    /// "orchplan" alone would not tell two environments of one project apart, which publish the same ports easily.
    static func agent(_ commandLine: some Sequence<UInt8>) -> String? {
        let words = commandLine.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        let known = AgentMain.arguments(projectDirectory: words.count > 3 ? words[3] : "")
        guard words.count > 3, Array(words.prefix(4)) == known else { return nil }
        let environment = words.count > 5 && words[4] == "--env" ? "the environment \(words[5])" : "the project"
        return "\(environment) in \(words[3]), through its agent"
    }
}
