/// A network that a service is on, and the names it has there beside its own.
package struct NetworkAttachment: Sendable, Hashable {
    package var network = ""
    package var aliases: [String] = []
    package var driverOptions: SortedMap<String> = [:]
    /// The cluster's own name of a network that somebody else owns; set by pinning.
    package var object: String?

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
        .init("object", \.object),
    ]
}
