/// One row of the intent journal.
package struct OperationRecord: Sendable, Hashable {
    package var id: String
    /// The plan's digest.
    package var plan: String
    package var address: ResourceAddress
    /// What was attempted, for people: `start instance web.2`.
    package var action: String
    package var outcome: OperationOutcome
    package var startedAt: Timestamp
    package var finishedAt: Timestamp?
    package var error: String?

    package init(
        id: String,
        plan: String,
        address: ResourceAddress,
        action: String,
        outcome: OperationOutcome = .intent,
        startedAt: Timestamp,
        finishedAt: Timestamp? = nil,
        error: String? = nil
    ) {
        self.id = id
        self.plan = plan
        self.address = address
        self.action = action
        self.outcome = outcome
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.error = error
    }

    /// Whether it took something away as a whole.
    package var isRemoval: Bool { action.hasPrefix("remove ") }
}

/// How an operation ended.
package enum OperationOutcome: String, CanonicalEnum {
    /// Announced; nobody knows yet.
    case intent
    case done
    case failed
    case unknown

    /// Whether the next run has to find out what became of the operation.
    package var isOpen: Bool { self == .intent || self == .unknown }
}
