import ResourceModel

/// A service that the agent keeps: its definition and its address.
package struct ServiceRecord: Sendable, Hashable {
    package var name = ""
    package var labels = RecordedLabels()
    package var resource = CanonicalText(text: "")
    package var spec = ServiceSpec()
    package var template = ""
    package var replicas = 0
    /// The loopback address that its name resolves to.
    package var virtualAddress = ""
    /// The ports that were chosen from published ranges; kept as long as they can be had.
    package var chosenPorts: [ChosenPort] = []

    package init() {}
}

extension ServiceRecord: CanonicalRecord {
    package static let fields: [CanonicalField<ServiceRecord>] = [
        .init("name", \.name),
        .init("labels", \.labels),
        .init("resource", \.resource),
        .init("spec", \.spec),
        .init("template", \.template),
        .init("replicas", \.replicas),
        .init("virtualAddress", \.virtualAddress),
        .init("chosenPorts", \.chosenPorts),
    ]
}

/// The port that was chosen from a range that a service publishes.
package struct ChosenPort: Sendable, Hashable {
    package var range = PortRange(0, 0)
    package var target = 0
    package var transport = TransportProtocol.tcp
    package var hostIP: String?
    package var port = 0

    package init() {}

    package init(_ spec: PortSpec, _ range: PortRange, port: Int) {
        self.range = range
        target = spec.target
        transport = spec.transport
        hostIP = spec.hostIP
        self.port = port
    }

    package func isFor(_ spec: PortSpec) -> Bool {
        spec.published == range && spec.target == target && spec.transport == transport && spec.hostIP == hostIP
    }
}

extension ChosenPort: CanonicalRecord {
    package static let fields: [CanonicalField<ChosenPort>] = [
        .init("range", \.range),
        .init("target", \.target),
        .init("protocol", \.transport),
        .init("hostIP", \.hostIP),
        .init("port", \.port),
    ]
}
