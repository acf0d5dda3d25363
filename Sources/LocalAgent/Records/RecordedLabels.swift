import ResourceModel

/// Ownership labels as records and messages spell them.
package struct RecordedLabels: Sendable, Hashable {
    package var project = ""
    package var address = ""
    package var fingerprint = ""
    package var operation = ""

    package init() {}

    package init(_ labels: OwnershipLabels) {
        project = labels.project
        address = labels.address.description
        fingerprint = labels.fingerprint.text
        operation = labels.operation
    }

    /// The labels; nil when the address is none.
    package var labels: OwnershipLabels? {
        ResourceAddress(parsing: address)
            .map {
                OwnershipLabels(
                    project: project,
                    address: $0,
                    fingerprint: Fingerprint(text: fingerprint),
                    operation: operation
                )
            }
    }
}

extension RecordedLabels: CanonicalRecord {
    package static let fields: [CanonicalField<RecordedLabels>] = [
        .init("project", \.project),
        .init("address", \.address),
        .init("fingerprint", \.fingerprint),
        .init("operation", \.operation),
    ]
}
