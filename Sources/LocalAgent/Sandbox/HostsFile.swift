import Glibc
import ResourceModel

/// The hosts file of one service: its own names and those of the services that it shares a network with.
enum HostsFile {
    /// A service as others see it.
    struct Neighbour {
        var name: String
        var address: String
        /// The addresses of its healthy instances, in the order of their slots.
        var instances: [String]
        /// Whether its name leads to its instances' addresses instead of its own.
        var resolvesToInstances: Bool
        var networks: [NetworkAttachment]
    }

    /// The network of services that name none.
    private static let defaultNetwork = "default"

    /// The text: the instance itself, then its neighbours, then what the manifest adds.
    static func text(hostnames: [String], names: String, extraHosts: [String]) -> String {
        var text = "127.0.0.1 localhost\n::1 localhost\n"
        let own = hostnames.filter { $0 != "localhost" }
        if !own.isEmpty { text += "127.0.0.1 \(own.joined(separator: " "))\n" }
        text += names
        for extra in extraHosts {
            if let line = line(extra) { text += line + "\n" }
        }
        return text
    }

    /// `name=address` or `name:address`, IPv6 with or without brackets; `host-gateway` is this machine.
    private static func line(_ extra: String) -> String? {
        guard let separator = extra.firstIndex(of: "=") ?? extra.firstIndex(of: ":") else { return nil }
        var address = extra[extra.index(after: separator)...]
        if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
        return "\(address == "host-gateway" ? "127.0.0.1" : address) \(extra[..<separator])"
    }

    /// Whether a text can stand in a line as a name: a label that was put into it may hold anything.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// Writes the text in place: a running sandbox has the file itself mounted, not its name.
    static func write(_ text: String, to path: String) throws(SystemError) {
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT, mode: 0o644)
        fchmod(file.number, 0o644)
        var copy = text
        // One write and then the cut: a reader sees the old or the new lines, at worst both.
        let written = copy.withUTF8 { text in
            Result { () throws(SystemError) in try file.writeAll(UnsafeRawBufferPointer(text), "write \(path)") }
        }
        try written.get()
        guard ftruncate(file.number, off_t(text.utf8.count)) == 0 else { throw .last("write \(path)") }
    }
}

extension HostsFile {
    /// The names of all services, and which of them each service sees.
    struct Names {
        private let all: [Neighbour]
        /// Services on the same networks see the same lines: they are made once.
        private var made: [Sight: String] = [:]

        private struct Sight: Hashable {
            var networks: Set<String>
            var turn: Int
        }

        init(_ all: [Neighbour]) {
            self.all = all.sorted { $0.name < $1.name }
        }

        /// The lines for a service on these networks; hosts in the order of their names.
        ///
        /// - Parameter turn: Which of several addresses comes first: most programs take the first one, so services
        ///   that ask for the same name are to begin at different ones.
        mutating func lines(for attachments: [NetworkAttachment], turn: Int) -> String {
            let sight = Sight(networks: Self.networks(attachments), turn: turn)
            if let lines = made[sight] { return lines }
            var lines = ""
            for other in all {
                let shared = Self.networks(other.networks).intersection(sight.networks)
                guard !shared.isEmpty else { continue }
                var names = [other.name]
                for attachment in other.networks where shared.contains(attachment.network) {
                    for alias in attachment.aliases where !names.contains(alias) { names.append(alias) }
                }
                let tasks = "tasks.\(other.name)"
                if other.resolvesToInstances {
                    names.append(tasks)
                } else if !other.address.isEmpty {
                    lines += "\(other.address) \(names.joined(separator: " "))\n"
                    names = [tasks]
                }
                for address in Self.rotated(other.instances, by: turn) {
                    lines += "\(address) \(names.joined(separator: " "))\n"
                }
            }
            made[sight] = lines
            return lines
        }

        private static func networks(_ attachments: [NetworkAttachment]) -> Set<String> {
            attachments.isEmpty ? [defaultNetwork] : Set(attachments.map(\.network))
        }

        private static func rotated(_ addresses: [String], by turn: Int) -> [String] {
            guard addresses.count > 1 else { return addresses }
            let start = turn % addresses.count
            return Array(addresses[start...] + addresses[..<start])
        }
    }
}
