/// The desired state of one volume.
///
/// Every option but labels is fixed when a volume is created.
package struct VolumeSpec: Sendable, Hashable {
    package var name: String?
    package var external = false
    package var driver: String?
    package var driverOptions: SortedMap<String> = [:]
    package var labels: SortedMap<String> = [:]

    package init() {}
}

extension VolumeSpec: CanonicalRecord {
    package static let fields: [CanonicalField<VolumeSpec>] = [
        .init("name", \.name, replaces: true),
        .init("external", \.external, replaces: true),
        .init("driver", \.driver, replaces: true),
        .init("driverOptions", \.driverOptions, replaces: true),
        .init("labels", \.labels, .service),
    ]
}
