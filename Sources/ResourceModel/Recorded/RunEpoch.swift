/// Which holder of a state's lock something is done for.
///
/// The number only grows with every grant of that state's lock, so that a driver which remembers the highest can refuse
/// what a holder still sends who has lost the lock.
package struct RunEpoch: Sendable, Hashable {
    /// The lineage of the state whose lock it is: epochs of two states say nothing about each other.
    package var lineage = ""
    package var number = 0

    package init() {}

    package init(lineage: String, number: Int) {
        self.lineage = lineage
        self.number = number
    }
}

extension RunEpoch: CanonicalRecord {
    package static let fields: [CanonicalField<RunEpoch>] = [
        .init("lineage", \.lineage), .init("number", \.number),
    ]
}
