import Glibc
import ResourceModel

/// The hosts file of one service: its own names and those of the services that it shares a network with.
enum HostsFile {
    /// A service as others see it.
    struct Neighbour {
        var name: String
        var address: String
        var networks: [NetworkAttachment]
    }

    /// The network of services that name none.
    private static let defaultNetwork = "default"

    /// The text; hosts in the order of their names, each line an address and its names.
    static func text(
        for service: Neighbour,
        among all: [Neighbour],
        hostnames: [String],
        extraHosts: [String]
    ) -> String {
        var lines = ["127.0.0.1 localhost", "::1 localhost"]
        let own = hostnames.filter { $0 != "localhost" }
        if !own.isEmpty { lines.append("127.0.0.1 \(own.joined(separator: " "))") }
        let networks = names(service)
        for other in all.sorted(by: { $0.name < $1.name }) where !other.address.isEmpty {
            let shared = names(other).intersection(networks)
            guard !shared.isEmpty else { continue }
            var aliases = [other.name]
            for attachment in other.networks where shared.contains(attachment.network) {
                for alias in attachment.aliases where !aliases.contains(alias) { aliases.append(alias) }
            }
            lines.append("\(other.address) \(aliases.joined(separator: " "))")
        }
        for extra in extraHosts {
            if let line = line(extra) { lines.append(line) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func names(_ service: Neighbour) -> Set<String> {
        service.networks.isEmpty ? [defaultNetwork] : Set(service.networks.map(\.network))
    }

    /// `name=address` or `name:address`; `host-gateway` is this machine.
    private static func line(_ extra: String) -> String? {
        guard let separator = extra.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return nil }
        let address = extra[extra.index(after: separator)...]
        return "\(address == "host-gateway" ? "127.0.0.1" : address) \(extra[..<separator])"
    }

    /// Writes the text in place: a running sandbox has the file itself mounted, not its name.
    static func write(_ text: String, to path: String) throws(SystemError) {
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT, mode: 0o644)
        fchmod(file.number, 0o644)
        var copy = text
        // One write and then the cut: a reader sees the old or the new lines, at worst both.
        let written = copy.withUTF8 { text in
            Result { () throws(SystemError) in try file.writeAll(UnsafeRawBufferPointer(text)) }
        }
        try written.get()
        guard ftruncate(file.number, off_t(text.utf8.count)) == 0 else { throw .last("write \(path)") }
    }
}
