import ResourceModel

/// One write of the journal.
package enum JournalWrite: Sendable, Hashable {
    /// Announces an operation before the driver is called.
    ///
    /// An address without a record counts as attempted from then on, a service with one as begun again, until a change
    /// puts or removes its record.
    case intent(OperationRecord)
    /// How an operation ended together with what it did to the record: both are there or neither.
    case outcome(OperationRecord, [RecordChange])

    package var operation: OperationRecord {
        switch self {
        case .intent(let operation), .outcome(let operation, _): operation
        }
    }

    package var changes: [RecordChange] {
        switch self {
        case .intent: []
        case .outcome(_, let changes): changes
        }
    }
}

extension StateStore {
    /// Writes one entry of the journal.
    package func record(_ write: JournalWrite, _ grant: LockGrant) async throws(StateStoreError) {
        for result in await record([write], grant) { try result.get() }
    }

    /// Announces an operation before the driver is called.
    package func recordIntent(_ operation: OperationRecord, _ grant: LockGrant) async throws(StateStoreError) {
        try await record(.intent(operation), grant)
    }

    /// Records how an operation ended together with what it did to the record.
    package func recordOutcome(
        _ operation: OperationRecord,
        _ changes: [RecordChange],
        _ grant: LockGrant
    ) async throws(StateStoreError) {
        try await record(.outcome(operation, changes), grant)
    }
}
