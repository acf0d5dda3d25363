import ResourceModel

/// The filters of the engine's lists: JSON in the query.
struct EngineFilter {
    private var members: [CanonicalMember] = []

    /// Only objects with all of these labels: `KEY=VALUE`, or `KEY` whatever its value.
    static func labels(_ labels: [String]) -> EngineFilter { EngineFilter().adding("label", labels) }

    /// Everything that belongs to the project.
    static func project(_ project: String) -> EngineFilter {
        labels(["\(OwnershipLabels.projectKey)=\(project)"])
    }

    /// What belongs to one resource of the project.
    static func resource(_ address: ResourceAddress, _ project: String) -> EngineFilter {
        labels([
            "\(OwnershipLabels.projectKey)=\(project)", "\(OwnershipLabels.addressKey)=\(address.description)",
        ])
    }

    func adding(_ key: String, _ values: [String]) -> EngineFilter {
        var copy = self
        copy.members.append(CanonicalMember(key: key, value: .array(values.map(CanonicalValue.string))))
        return copy
    }

    var item: EngineQueryItem {
        var writer = CanonicalWriter()
        CanonicalValue.object(members).encode(to: &writer)
        return EngineQueryItem("filters", String(decoding: writer.bytes, as: UTF8.self))
    }
}
