import Plans
import ResourceModel

extension PlanStep {
    /// How many fields are the same before and after: what an update does not show.
    ///
    /// Leaves of the two trees are counted, without those at their default; a list of plain values is one.
    var unchangedFieldCount: Int {
        guard let before = Self.spec(before), let after = Self.spec(after) else { return 0 }
        return Self.equalLeaves(
            DefaultFields.stripped(before, kind: address.kind),
            DefaultFields.stripped(after, kind: address.kind)
        )
    }

    /// The `spec` of a resource's canonical text; nil when there is none or it cannot be read.
    static func spec(_ text: CanonicalText?) -> CanonicalValue? {
        guard let text else { return nil }
        do throws(CanonicalError) {
            return try text.value()["spec"]
        } catch {
            return nil
        }
    }

    private static func equalLeaves(_ left: CanonicalValue, _ right: CanonicalValue) -> Int {
        switch (left, right) {
        case (.object(let members), .object):
            members.reduce(0) { sum, member in
                sum + (right[member.key].map { equalLeaves(member.value, $0) } ?? 0)
            }
        case (.array(let items), .array(let others)) where items.contains { $0.object != nil }:
            items.filter(others.contains).reduce(0) { $0 + leaves($1) }
        default: left == right ? 1 : 0
        }
    }

    private static func leaves(_ value: CanonicalValue) -> Int {
        guard let members = value.object else { return 1 }
        return members.reduce(0) { $0 + leaves($1.value) }
    }
}
