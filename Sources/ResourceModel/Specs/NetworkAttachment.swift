/// A network that a service is on, and the names it has there beside its own.
package struct NetworkAttachment: Sendable, Hashable {
    package var network = ""
    package var aliases: [String] = []
    package var driverOptions: SortedMap<String> = [:]

    package init() {}

    package init(network: String, aliases: [String] = []) {
        self.network = network
        self.aliases = aliases
    }
}

extension NetworkAttachment: CanonicalRecord {
    package static let fields: [CanonicalField<NetworkAttachment>] = [
        .init("network", \.network),
        .init("aliases", \.aliases),
        .init("driverOptions", \.driverOptions),
    ]
}
