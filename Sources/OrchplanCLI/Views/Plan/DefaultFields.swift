import ResourceModel

/// Knows which fields of a canonical spec only say what holds anyway.
enum DefaultFields {
    /// The spec without the fields that have their default.
    static func stripped(_ spec: CanonicalValue, kind: ResourceKind) -> CanonicalValue {
        guard kind == .service, let members = spec.object else { return spec }
        let own = tree(ServiceSpec())
        var kept: [CanonicalMember] = []
        for member in members where own[member.key] != member.value {
            guard let value = shortened(member) else { continue }
            kept.append(CanonicalMember(key: member.key, value: value))
        }
        return .object(kept)
    }

    private static func shortened(_ member: CanonicalMember) -> CanonicalValue? {
        switch member.key {
        case "healthcheck", "readiness": without(tree(HealthCheck()), member.value)
        case "update", "rollback": without(tree(UpdatePolicy()), member.value)
        // A job's default condition differs from a service's, so the condition is always said.
        case "restart": without(tree(RestartPolicy()), member.value, keeping: ["condition"])
        case "scale": without(tree(ScalePolicy()), member.value, keeping: ["min", "max", "metric"])
        default: member.value
        }
    }

    /// Nil when nothing remains.
    private static func without(
        _ defaults: CanonicalValue,
        _ value: CanonicalValue,
        keeping: [String] = []
    ) -> CanonicalValue? {
        guard let members = value.object else { return value }
        let kept = members.filter { keeping.contains($0.key) || defaults[$0.key] != $0.value }
        return kept.isEmpty ? nil : .object(kept)
    }

    private static func tree(_ value: some CanonicalCodable) -> CanonicalValue {
        do throws(CanonicalError) {
            return try CanonicalText(value).value()
        } catch {
            // Then nothing counts as a default, and everything is shown.
            return .null
        }
    }
}
