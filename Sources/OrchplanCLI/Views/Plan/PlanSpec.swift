import Plans
import ResourceModel

/// The fields of a resource's spec that a view shows: those that say something, secrets' digests hidden.
enum PlanSpec {
    /// Nil when the text is no resource that this version can read.
    static func shown(_ text: CanonicalText?, kind: ResourceKind, mark: Mark? = nil) -> [FieldLayout.Field]? {
        guard let spec = PlanStep.spec(text) else { return nil }
        return (DefaultFields.stripped(spec, kind: kind).object ?? [])
            .map { member in
                // A secret's digest stands for its content and is nobody's business either.
                let isDigest = kind == .secret && member.key == "digest"
                return FieldLayout.Field(
                    name: isDigest ? "content" : member.key,
                    value: member.value,
                    mark: mark,
                    list: member.key,
                    isSensitive: isDigest
                )
            }
    }
}
