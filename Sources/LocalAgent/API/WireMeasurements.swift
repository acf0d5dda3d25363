import ResourceModel

/// What the instances of every service use, as the API reports it.
package struct WireMeasurements: Sendable, Hashable {
    /// When it was measured, in milliseconds since 1970.
    package var time = 0
    package var services: [WireServiceMeasurement] = []

    package init() {}
}

extension WireMeasurements: CanonicalRecord {
    package static let fields: [CanonicalField<WireMeasurements>] = [
        .init("time", \.time), .init("services", \.services),
    ]
}

/// The measurements of one service.
package struct WireServiceMeasurement: Sendable, Hashable {
    package var name = ""
    package var instances: [WireInstanceMeasurement] = []

    package init() {}
}

extension WireServiceMeasurement: CanonicalRecord {
    package static let fields: [CanonicalField<WireServiceMeasurement>] = [
        .init("name", \.name), .init("instances", \.instances),
    ]
}

/// The measurements of one instance.
package struct WireInstanceMeasurement: Sendable, Hashable {
    package var id = ""
    /// Processor time since the instance was created, as far as this agent knows; a counter.
    package var cpuMicroseconds = 0
    package var memoryBytes = 0
    package var connections = 0
    package var restarts = 0
    /// Where the numbers come from: `cgroup` or `processes`; nil for an instance that does not run.
    package var source: String?

    package init() {}
}

extension WireInstanceMeasurement: CanonicalRecord {
    package static let fields: [CanonicalField<WireInstanceMeasurement>] = [
        .init("id", \.id),
        .init("cpuMicroseconds", \.cpuMicroseconds),
        .init("memoryBytes", \.memoryBytes),
        .init("connections", \.connections),
        .init("restarts", \.restarts),
        .init("source", \.source),
    ]
}
