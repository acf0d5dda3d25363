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
    ]
}
