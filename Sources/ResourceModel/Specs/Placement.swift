/// Where instances may run.
package struct Placement: Sendable, Hashable {
    /// SwarmKit's constraint expressions: `node.labels.zone == a`.
    package var constraints: [String] = []
    /// SwarmKit's spread preferences: `spread=node.labels.zone`.
    package var preferences: [String] = []
    package var maxPerNode: Int?

    package init() {}
}

extension Placement: CanonicalRecord {
    package static let fields: [CanonicalField<Placement>] = [
        .init("constraints", \.constraints),
        .init("preferences", \.preferences),
        .init("maxPerNode", \.maxPerNode),
    ]
}
