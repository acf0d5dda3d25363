import Synchronization

/// Outcomes that the store refused after the machine had ended and could no longer be told.
final class UnwrittenOutcomes: Sendable {
    private let outcomes = Mutex<[UnsavedOutcome]>([])

    func add(_ outcome: UnsavedOutcome) { outcomes.withLock { $0.append(outcome) } }

    func all(besides known: [UnsavedOutcome]) -> [UnsavedOutcome] {
        outcomes.withLock { all in all.filter { !known.contains($0) } }
    }
}
