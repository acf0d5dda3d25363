import Drivers
import ResourceModel
import StateStores

/// What the runner is to do, in this order.
///
/// Journal writes happen one after the other in the order of the effects; everything else may overlap.
package enum ApplyEffect: Sendable {
    /// Write this into the journal; answered by `intentRecorded`, `outcomeRecorded` or `storeFailed`.
    case journal(JournalWrite)
    /// Let the driver do it; answered by `performed`.
    ///
    /// A secret's content is nil here: the runner provides it, where its source is not the driver.
    case perform(Operation)
    /// Report every state of the service as `observed`, the present one first.
    case watch(String)
    case unwatch(String)
    /// Ask the driver how the service is now; answered by `looked`.
    case look(String)
    /// Answer with `woke` after this time.
    case wake(ApplyWake, after: Duration)
    /// Answer with `logs`.
    case fetchLogs(instance: String)
    case progress(ApplyProgress)
    /// The end: finish the journal writes that were asked for and return the report.
    case finish(ApplyReport)
}

/// An outcome that the store refused to take: what a person needs to repair the record by hand.
package struct UnsavedOutcome: Sendable, Hashable {
    package var operation: OperationRecord
    package var changes: [RecordChange]
    package var error: StateStoreError

    package init(operation: OperationRecord, changes: [RecordChange], error: StateStoreError) {
        self.operation = operation
        self.changes = changes
        self.error = error
    }
}
