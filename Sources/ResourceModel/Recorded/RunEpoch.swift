/// Which holder of a state's lock something is done for.
///
/// The number only grows with every grant of that state's lock, so that a driver which remembers the last can refuse
/// what a holder still sends who has lost the lock (`EpochMemory`).
package struct RunEpoch: Sendable, Hashable {
    /// The lineage of the state whose lock it is: epochs of two states say nothing about each other.
    package var lineage = ""
    package var number = 0
    /// The id of the grant: an old copy of a state counts on from where it was, under numbers that were used since.
    package var holder = ""

    package init() {}

    package init(lineage: String, number: Int, holder: String) {
        self.lineage = lineage
        self.number = number
        self.holder = holder
    }
}

extension RunEpoch {
    /// Whether it names a holder at all.
    package var isWhole: Bool { !lineage.isEmpty && number > 0 && !holder.isEmpty }

    /// Whether a state knows of this holder; one that does not is an old copy.
    ///
    /// - Parameter grantee: Whom the state gave the lock to under this number: empty where it was before that was kept,
    ///   nil: nobody.
    package func isKnown(to grantee: String?) -> Bool { grantee == holder || grantee == "" }
}

extension RunEpoch: CanonicalRecord {
    package static let fields: [CanonicalField<RunEpoch>] = [
        .init("lineage", \.lineage), .init("number", \.number), .init("holder", \.holder),
    ]
}
