/// What an instance may use at most and what is kept free for it.
package struct ResourceRequirements: Sendable, Hashable {
    package var limits: ResourceLimits?
    package var reservations: ResourceReservations?

    package init() {}
}

extension ResourceRequirements: CanonicalRecord {
    package static let fields: [CanonicalField<ResourceRequirements>] = [
        .init("limits", \.limits), .init("reservations", \.reservations),
    ]
}

/// The most that one instance may use.
package struct ResourceLimits: Sendable, Hashable {
    package var cpus: CPUCount?
    package var memory: ByteCount?
    package var pids: Int?

    package init() {}
}

extension ResourceLimits: CanonicalRecord {
    package static let fields: [CanonicalField<ResourceLimits>] = [
        .init("cpus", \.cpus), .init("memory", \.memory), .init("pids", \.pids),
    ]
}

/// What a node must have free for one instance.
package struct ResourceReservations: Sendable, Hashable {
    package var cpus: CPUCount?
    package var memory: ByteCount?
    /// Generic resources by kind: `gpu: "2"`.
    package var devices: SortedMap<String> = [:]

    package init() {}
}

extension ResourceReservations: CanonicalRecord {
    package static let fields: [CanonicalField<ResourceReservations>] = [
        .init("cpus", \.cpus), .init("memory", \.memory), .init("devices", \.devices),
    ]
}
