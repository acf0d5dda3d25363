import Applying
import Drivers
import Plans
import ResourceModel
import StateStores

/// What holds of the record, the journal and who writes them: one function for each, nil where it holds.
extension World {
    /// Checks `oneWriterPerEpoch`.
    func strangeWriter(_ id: Int, _ grant: LockGrant) -> String? {
        let newest = witness.grants.keys.max() ?? 0
        guard grant.epoch != newest || witness.grants[grant.epoch] != id else { return nil }
        return "run \(id + 1) wrote under epoch \(grant.epoch); the lock is at \(newest)"
    }

    /// Checks `intentBeforeEffect`.
    func unannounced(_ operation: Operation) -> String? {
        store.operation(operation.id) == nil ? "the driver was asked for \(operation.id), which no journal knows" : nil
    }

    /// Checks `acknowledgedIsKept`.
    func lostWrite() -> String? {
        for (id, operation) in witness.journal.sorted(by: { $0.key < $1.key })
        where store.operation(id)?.outcome != operation.outcome {
            let found = store.operation(id)?.outcome.rawValue ?? "nothing"
            return "operation \(id) was written as \(operation.outcome.rawValue), and the journal has \(found)"
        }
        for address in Set(witness.acknowledged.keys).union(store.resources.keys).sorted()
        where witness.acknowledged[address] != store.resources[address] {
            return "the record of \(address) is not what was written last"
        }
        return nil
    }

    /// Checks `journalIsClosed`.
    func openIntent(of id: Int) -> String? {
        guard !runs[id].sight.lostJournal else { return nil }
        let open = operations.values
            .filter { $0.run == id && store.operation($0.operation.id)?.outcome == .intent }
            .map(\.operation.id).min()
        return open.map { "operation \($0) has no outcome" }
    }

    /// Checks `secretsAreKept`, of a plan as it is saved.
    func leak(in plan: Plan, _ fingerprinter: Fingerprinter) -> String? {
        Self.holdsCanary(PlanCodec.encode(plan, fingerprinter: fingerprinter))
            ? "a secret's content is in the plan" : nil
    }

    /// Checks `secretsAreKept`, of what goes into the store.
    func leak(in write: JournalWrite) -> String? {
        let operation = write.operation
        var texts = [operation.action, operation.error ?? "", operation.id]
        for case .put(let record) in write.changes {
            texts.append(record.objectName)
            texts += record.bindings.map(\.value)
            if Self.holdsCanary(record.resource.text.utf8) {
                return "a secret's content is in the record of \(record.address)"
            }
        }
        return texts.contains { Self.holdsCanary($0.utf8) }
            ? "a secret's content is in the journal: \(operation.action)" : nil
    }

    /// Checks `secretsAreKept`, of what `history` and `rollback` read.
    func leak(in revision: Revision) -> String? {
        let isLeaking =
            Self.holdsCanary(revision.summary.utf8) || revision.desired.contains { Self.holdsCanary($0.text.utf8) }
        return isLeaking ? "a secret's content is in a revision" : nil
    }

    /// Checks `secretsAreKept`, of what people and programs are told at the end.
    func leak(in report: ApplyReport, of plan: Plan) -> String? {
        var texts = [report.summary(of: plan)]
        for failure in report.failures(of: plan) { texts.append("\(failure)") }
        for result in report.results { texts.append("\(result)") }
        return texts.contains { Self.holdsCanary($0.utf8) } ? "a secret's content is in the report" : nil
    }

    private static let canaryBytes = Array(Project.canary.utf8)

    private static func holdsCanary(_ bytes: some Sequence<UInt8>) -> Bool {
        var matched = 0
        for byte in bytes {
            // No part of the word begins it again but its first letter.
            matched = byte == canaryBytes[matched] ? matched + 1 : (byte == canaryBytes[0] ? 1 : 0)
            if matched == canaryBytes.count { return true }
        }
        return false
    }
}
