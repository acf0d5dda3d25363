/// The desired state of one network.
///
/// Every option but labels is fixed when a network is created.
package struct NetworkSpec: Sendable, Hashable {
    /// The name outside the project; nil: derived from the project and the resource.
    package var name: String?
    /// Whether somebody else owns the network: it must exist, and is never created or deleted.
    package var external = false
    package var driver: String?
    package var driverOptions: SortedMap<String> = [:]
    package var attachable = false
    /// Whether nothing on it can be reached from outside.
    package var isInternal = false
    package var encrypted = false
    package var ipv6 = false
    package var ipam: IPAMSpec?
    package var labels: SortedMap<String> = [:]

    package init() {}
}

extension NetworkSpec: CanonicalRecord {
    package static let fields: [CanonicalField<NetworkSpec>] = [
        .init("name", \.name, replaces: true),
        .init("external", \.external, replaces: true),
        .init("driver", \.driver, replaces: true),
        .init("driverOptions", \.driverOptions, replaces: true),
        .init("attachable", \.attachable, replaces: true),
        .init("internal", \.isInternal, replaces: true),
        .init("encrypted", \.encrypted, replaces: true),
        .init("ipv6", \.ipv6, replaces: true),
        .init("ipam", \.ipam, replaces: true),
        .init("labels", \.labels, .service),
    ]
}

/// Address management of a network.
package struct IPAMSpec: Sendable, Hashable {
    package var driver: String?
    package var subnets: [SubnetSpec] = []

    package init() {}
}

extension IPAMSpec: CanonicalRecord {
    package static let fields: [CanonicalField<IPAMSpec>] = [.init("driver", \.driver), .init("subnets", \.subnets)]
}

/// One address range of a network.
package struct SubnetSpec: Sendable, Hashable {
    package var subnet = ""
    package var gateway: String?
    package var range: String?

    package init() {}
}

extension SubnetSpec: CanonicalRecord {
    package static let fields: [CanonicalField<SubnetSpec>] = [
        .init("subnet", \.subnet), .init("gateway", \.gateway), .init("range", \.range),
    ]
}
