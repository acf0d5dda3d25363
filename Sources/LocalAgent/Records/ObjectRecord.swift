import ResourceModel

/// A network, volume, secret or config that the agent keeps.
package struct ObjectRecord: Sendable, Hashable {
    package var kind = ""
    package var name = ""
    package var labels = RecordedLabels()
    package var resource = CanonicalText(text: "")

    package init() {}

    package init(kind: ResourceKind, name: String, labels: OwnershipLabels, resource: Resource) {
        self.kind = kind.rawValue
        self.name = name
        self.labels = RecordedLabels(labels)
        self.resource = CanonicalText(resource)
    }

    /// What the object is to be; nil when the record holds no resource that can be read.
    package var decodedSpec: ResourceSpec? {
        do throws(CanonicalError) {
            return try resource.decoded(Resource.self).spec
        } catch {
            return nil
        }
    }
}

extension ObjectRecord: CanonicalRecord {
    package static let fields: [CanonicalField<ObjectRecord>] = [
        .init("kind", \.kind), .init("name", \.name), .init("labels", \.labels), .init("resource", \.resource),
    ]
}

/// What an object is found by.
package struct ObjectKey: Sendable, Hashable {
    package var kind: ResourceKind
    package var name: String

    package init(_ kind: ResourceKind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}
