import Applying
import ResourceModel
import StateStores

/// What of an apply the state does not know.
package struct RecordLack: Sendable, Hashable {
    /// What was changed without a record of how that ended.
    package var addresses: [ResourceAddress]
    /// Whether the lock was lost, to another run or by unlock, so that nothing more could be written.
    package var isFenced: Bool

    /// nil: all that was done is recorded.
    package init?(_ conclusion: ApplyConclusion) {
        let errors = conclusion.unsaved.map(\.error) + [conclusion.storeError].compactMap(\.self)
        guard !errors.isEmpty else { return nil }
        addresses = Set(conclusion.unsaved.map(\.operation.address)).sorted()
        isFenced = errors.contains { if case .fenced = $0 { true } else { false } }
    }

    package init(addresses: [ResourceAddress], isFenced: Bool) {
        self.addresses = addresses
        self.isFenced = isFenced
    }

    /// What is recorded and what is not, as sentences.
    package var text: String {
        let what =
            addresses.isEmpty
            ? "What was done is recorded, but not how this run ended."
            : "What became of \(Words.list(addresses.map(\.description), limit: 4)) is not recorded; what was done"
                + " before is."
        return isFenced ? what + " The lock is no longer this run's, and what others did since stands." : what
    }
}
