import Plans
import ResourceModel

extension Decider {
    /// A declared network, volume, secret or config.
    mutating func object(_ subject: Subject, _ desired: Resource) -> Decision {
        var decision = Decision()
        let record = world.record(subject)
        let isContent = subject.address.kind == .secret || subject.address.kind == .config
        decision.desired = desired
        let fingerprint = fingerprinter.fingerprint(desired)
        decision.fingerprint = fingerprint
        decision.objectName =
            isContent
            ? kept.objects[subject.address] ?? desired.contentObjectName(fingerprinter: &fingerprinter)
            : desired.spec.externalName
        decision.retired = isContent ? oldObjects(subject, record, current: decision.objectName) : []
        if case .generate = desired.spec.secret?.source { spareForeign(&decision, subject, record) }
        let there = subject.objects.lazy.map { [world] in world.objects[$0] }
            .first { !isContent || $0.name == decision.objectName }
        guard let record else { return unrecorded(decision, there, subject) }
        if record.fingerprint == fingerprint {
            compareWithCluster(&decision, there, record)
        } else if isContent, record.objectName != decision.objectName {
            decision.action = .supersede
            decision.reasons = [.fieldsChanged]
            decision.changes = changes(record, desired)
        } else {
            change(&decision, there, record, desired)
        }
        return decision
    }

    /// Keeps what another record made, one that was lost or is newer than a copy that was brought back: it may be what is
    /// in use, and its characters are nowhere else.
    private func spareForeign(_ decision: inout Decision, _ subject: Subject, _ record: RecordedResource?) {
        let own = Set((record?.retiredObjects ?? []) + [record?.objectName ?? ""])
        decision.spare = subject.objects.map { world.objects[$0] }
            .filter { object in
                decision.retired.contains(object.name) && !own.contains(object.name)
                    && !world.isOwn(operation: object.labels.operation)
            }
            .map(\.name)
        decision.retired.removeAll { decision.spare.contains($0) }
    }

    /// Declared and not recorded: new, or left half done by an interrupted apply.
    private func unrecorded(_ start: Decision, _ there: ObservedObject?, _ subject: Subject) -> Decision {
        var decision = start
        guard let there else {
            decision.action = .create
            decision.reasons = [.notRecorded] + interruption(subject.address)
            return decision
        }
        decision.reasons = found(subject.address)
        if there.labels.fingerprint == decision.fingerprint {
            decision.action = .record
        } else {
            // What a network was made with cannot be seen from its labels: make it anew. A volume holds data and stays.
            decision.action = subject.address.kind == .network ? .replace : .update
        }
        return decision
    }

    /// Recorded as desired: compares with the cluster.
    private func compareWithCluster(_ decision: inout Decision, _ there: ObservedObject?, _ record: RecordedResource) {
        guard let there else {
            decision.action = .create
            decision.reasons = [.missing]
            decision.drift = "it is recorded, and the cluster does not have it"
            return
        }
        guard there.labels.fingerprint != record.fingerprint else {
            return compareContent(&decision, there)
        }
        decision.action = .update
        decision.drift = world.origin(there.labels)
        decision.reasons = [.drifted(world.origin(there.labels))]
    }

    /// Carries the labels of the recorded one: somebody may have put another in its place all the same.
    ///
    /// Told, and left to people: to make it anew would take down every service that uses it.
    private func compareContent(_ decision: inout Decision, _ there: ObservedObject) {
        guard !there.edits.isEmpty else { return }
        let fields = there.edits.map(\.path).joined(separator: ", ")
        decision.drift =
            "somebody put another one with its labels in its place, with other \(fields);"
            + " remove \(there.name) by hand, and the next apply makes it again"
    }

    private mutating func change(
        _ decision: inout Decision,
        _ there: ObservedObject?,
        _ record: RecordedResource,
        _ desired: Resource
    ) {
        let found = changes(record, desired)
        decision.changes = found
        guard let there else {
            decision.action = .create
            decision.reasons = [.missing, .fieldsChanged]
            decision.drift = "it is recorded, and the cluster does not have it"
            return
        }
        if there.labels.fingerprint == decision.fingerprint {
            decision.action = .record
            decision.reasons = [.fieldsChanged] + interruption(record.address)
            return
        }
        let forced = found.filter(\.forcesReplacement).map(\.path)
        decision.action = forced.isEmpty ? .update : .replace
        decision.reasons = forced.isEmpty ? [.fieldsChanged] : [.replacementForced(fields: forced)]
        decision.reasons += interruption(record.address)
    }

    /// Why something without a record is there, as far as this state knows; empty: it knows nothing of it.
    func unfinished(_ address: ResourceAddress) -> [StepReason] {
        let interruption = interruption(address)
        return interruption.isEmpty && world.attempted.contains(address) ? [.unfinished] : interruption
    }

    /// The reasons for a step on something that is declared and there, and has no record.
    func found(_ address: ResourceAddress) -> [StepReason] {
        let beginnings = unfinished(address)
        return beginnings.isEmpty ? [.drifted("it is there and has no record")] : beginnings
    }

    func interruption(_ address: ResourceAddress) -> [StepReason] {
        guard let operation = world.openOperations[address] else { return [] }
        return [.interrupted(operation: operation.id)]
    }
}
