import Plans
import ResourceModel

extension Decider {
    /// A declared service.
    mutating func service(_ subject: Subject, _ declared: Resource, _ declaredSpec: ServiceSpec) -> Decision {
        var decision = Decision()
        var desired = declared
        var spec = declaredSpec
        let record = world.record(subject)
        var fingerprint = fingerprinter.fingerprint(desired)
        if let record, record.fingerprint != fingerprint {
            let ignored = spec.fieldsOfOthers
            if !ignored.isEmpty, let tree = recordedTree(record) {
                desired = IgnoredFields.keep(ignored, of: tree, in: desired)
                spec = desired.spec.service ?? spec
                fingerprint = fingerprinter.fingerprint(desired)
            }
        }
        decision.desired = desired
        decision.fingerprint = fingerprint
        let observed = world.observed(subject)
        // A definition with this label was given this template with it.
        let template =
            observed.flatMap { $0.labels.fingerprint == fingerprint ? $0.template : nil }
            ?? fingerprinter.fingerprint(spec, scope: .instance)
        decision.template = template
        let isUnchanged = record?.fingerprint == fingerprint
        let survey = surveyor.survey(
            spec,
            template: template,
            observed: observed,
            keepsObservedReplicas: spec.leavesToOthers("replicas"),
            // An apply that began to make it anew, and failed or was interrupted, has not seen it run again.
            hasRun: isUnchanged && !isBegunAgain(subject.address),
            seenThrough: slotsSeenThrough(record, observed, fingerprint, template),
            // A cluster with rollouts of its own ends nothing for a definition that it has.
            isFound: record == nil && !surveyor.isNative && unfinished(subject.address).isEmpty
        )
        guard let observed else {
            decision.action = .create
            decision.reasons = record == nil ? [.notRecorded] : [.missing]
            if let record {
                decision.drift = "it is recorded, and the cluster does not have it"
                if !isUnchanged {
                    decision.reasons.append(.fieldsChanged)
                    decision.changes = changes(record, desired)
                }
            }
            decision.reasons += interruption(subject.address)
            decision.rollout = survey.rollout
            return decision
        }
        let isDefined = observed.labels.fingerprint == fingerprint
        let edits = IgnoredFields.notIgnored(observed.edits, in: spec)
        switch (record, isUnchanged) {
        case (let record?, true):
            repair(&decision, survey, observed, record, edits: edits)
            addCount(observed, survey, spec, record, to: &decision)
            scale(&decision, subject, spec, observed, current: survey.rollout.desiredReplicas)
        case (let record?, false) where !isDefined:
            change(&decision, survey, record, desired, spec)
            addEdits(edits, to: &decision)
            addCount(observed, survey, spec, record, to: &decision)
        default: resume(&decision, survey, isDefined, record, desired)
        }
        addStanding(observed, to: &decision)
        return decision
    }

    /// Says that a rollout of the cluster's own stands still half done, where nothing says so yet.
    private func addStanding(_ observed: ObservedService, to decision: inout Decision) {
        let isSaid = decision.reasons.contains { if case .drifted = $0 { true } else { false } }
        guard decision.action != nil, !isSaid, let standing = observed.rollout?.standing else { return }
        decision.reasons.append(.drifted(standing))
    }

    /// How many slots, from the first, have instances of the template because an apply saw them through.
    ///
    /// Where an update was interrupted, the cluster has the new definition and the record the old one: none if that was
    /// another template, and otherwise as many as there were, without those that it added.
    private mutating func slotsSeenThrough(
        _ record: RecordedResource?,
        _ observed: ObservedService?,
        _ fingerprint: Fingerprint,
        _ template: Fingerprint
    ) -> Int {
        guard let record else { return 0 }
        // A cluster with rollouts of its own is watched until all are healthy, whoever began.
        guard !surveyor.isNative, record.fingerprint != fingerprint, observed?.labels.fingerprint == fingerprint,
            let old = try? record.resource.decoded(Resource.self), let spec = old.spec.service
        else { return .max }
        guard fingerprinter.fingerprint(spec, scope: .instance) == template else { return 0 }
        return spec.mode.isGlobal || spec.leavesToOthers("replicas") ? .max : spec.replicas
    }

    /// Whether an apply has worked on a recorded service since, and has not seen it through.
    private func isBegunAgain(_ address: ResourceAddress) -> Bool {
        world.openOperations[address] != nil || world.begunAgain.contains(address)
    }

    /// Recorded as desired: repairs what drifted, and sees a job through that was to run again.
    private func repair(
        _ decision: inout Decision,
        _ survey: InstanceSurvey,
        _ observed: ObservedService,
        _ record: RecordedResource,
        edits: [LiveEdit]
    ) {
        var differences = edits.isEmpty ? [] : [Self.text(edits)]
        // A rollout of orchplan's own that stands half done has another definition, too, and says so itself.
        if observed.labels.fingerprint != record.fingerprint, !observed.isPaused {
            differences.append(world.origin(observed.labels))
        }
        differences += survey.differences
        if differences.isEmpty, survey.rollout.isJob, isBegunAgain(record.address), !surveyor.isNative {
            guard let unsettled = survey.unsettled else {
                let interruption = interruption(record.address)
                decision.action = .record
                decision.reasons = interruption.isEmpty ? [.unfinished] : interruption
                return
            }
            differences = [unsettled]
        }
        guard let first = differences.first else { return }
        decision.drift = differences.joined(separator: "; ")
        decision.action = .update
        decision.reasons = [.drifted(differences.count == 1 ? first : differences.joined(separator: "; "))]
        decision.reasons += interruption(record.address)
        decision.rollout = survey.rollout
        decision.changes = edits.map { FieldChange(path: $0.path, before: $0.live, after: $0.applied) }
    }

    /// Says of a definition that changes anyway what somebody else changed in the cluster, and is undone with it.
    private func addEdits(_ edits: [LiveEdit], to decision: inout Decision) {
        guard !edits.isEmpty else { return }
        decision.reasons.append(.drifted(Self.text(edits)))
        for edit in edits {
            if let index = decision.changes.firstIndex(where: { $0.path == edit.path }) {
                decision.changes[index].before = edit.live
            } else {
                decision.changes.append(FieldChange(path: edit.path, before: edit.live, after: edit.applied))
            }
        }
    }

    /// Shows that somebody scaled the service in the cluster, where the count is not another system's to set.
    private func addCount(
        _ observed: ObservedService,
        _ survey: InstanceSurvey,
        _ spec: ServiceSpec,
        _ record: RecordedResource,
        to decision: inout Decision
    ) {
        guard !spec.mode.isGlobal, !spec.leavesToOthers("replicas"), decision.action != nil,
            let old = try? record.resource.decoded(Resource.self), let applied = old.spec.service?.replicas,
            applied != observed.desiredReplicas
        else { return }
        let live = CanonicalValue.integer(Int64(observed.desiredReplicas))
        if let index = decision.changes.firstIndex(where: { $0.path == "replicas" }) {
            decision.changes[index].before = live
        } else if observed.desiredReplicas != survey.rollout.desiredReplicas {
            let wanted = CanonicalValue.integer(Int64(survey.rollout.desiredReplicas))
            decision.changes.append(FieldChange(path: "replicas", before: live, after: wanted))
        }
    }

    private static func text(_ edits: [LiveEdit]) -> String {
        let changed = edits.filter { !$0.wasImported }.map(\.shown)
        let imported = edits.filter(\.wasImported).map(\.shown)
        return [
            imported.isEmpty ? nil : "it was imported with another \(imported.joined(separator: ", "))",
            changed.isEmpty ? nil : "somebody changed \(changed.joined(separator: ", ")) in the cluster",
        ]
        .compactMap { $0 }.joined(separator: "; ")
    }

    /// Recorded as desired, and its load asks for another number of instances.
    private func scale(
        _ decision: inout Decision,
        _ subject: Subject,
        _ spec: ServiceSpec,
        _ observed: ObservedService,
        current: Int
    ) {
        guard let order = scaling[subject.address], spec.scale != nil, let template = decision.template else { return }
        let survey = surveyor.survey(
            spec,
            template: template,
            observed: observed,
            keepsObservedReplicas: true,
            hasRun: true,
            scaledTo: order.replicas
        )
        let count = survey.rollout.desiredReplicas
        guard count != current else { return }
        decision.action = .update
        decision.reasons.insert(.autoscaled(from: current, to: count, why: order.why), at: 0)
        decision.changes = [
            FieldChange(path: "replicas", before: .integer(Int64(current)), after: .integer(Int64(count)))
        ]
        decision.rollout = survey.rollout
    }

    /// Recorded otherwise than desired, and the cluster has not heard of it.
    private mutating func change(
        _ decision: inout Decision,
        _ survey: InstanceSurvey,
        _ record: RecordedResource,
        _ desired: Resource,
        _ spec: ServiceSpec
    ) {
        let found = changes(record, desired)
        decision.changes = found
        decision.rollout = survey.rollout
        let forced = found.filter(\.forcesReplacement).map(\.path)
        if forced.isEmpty {
            decision.action = .update
            let imageReasons = images.reasons(found, spec)
            // Nobody touched the declaration where only what a tag stands for is new.
            let isImageAlone = !imageReasons.isEmpty && found.count == 1
            decision.reasons = (isImageAlone ? [] : [.fieldsChanged]) + contentReasons(found, spec) + imageReasons
            decision.rollout?.rollback = rollback(record, spec, like: survey.rollout)
        } else {
            decision.action = .replace
            decision.reasons = [.replacementForced(fields: forced)]
            decision.rollout = surveyor.fresh(spec, template: survey.rollout.template, like: survey.rollout)
        }
        decision.reasons += interruption(record.address)
    }

    /// The cluster is ahead of the record: an apply was interrupted or failed half-way.
    private mutating func resume(
        _ decision: inout Decision,
        _ survey: InstanceSurvey,
        _ isDefined: Bool,
        _ record: RecordedResource?,
        _ desired: Resource
    ) {
        decision.reasons =
            record.map { [.fieldsChanged] + interruption($0.address) } ?? found(desired.address)
        if let record { decision.changes = changes(record, desired) }
        if isDefined, survey.differences.isEmpty, survey.unsettled == nil {
            decision.action = .record
        } else {
            if isDefined, survey.differences.isEmpty, let unsettled = survey.unsettled {
                decision.reasons.append(.drifted(unsettled))
            }
            // A service that never converged is still to be created, whatever there is of it.
            decision.action = record == nil ? .create : .update
            decision.rollout = survey.rollout
            if let record, let spec = desired.spec.service {
                decision.rollout?.rollback = rollback(record, spec, like: survey.rollout)
            }
        }
    }

    /// The secrets and configs whose new content made the service differ.
    private func contentReasons(_ changes: [FieldChange], _ spec: ServiceSpec) -> [StepReason] {
        var found: [StepReason] = []
        func add(_ kind: ResourceKind, _ name: String) {
            let reason = StepReason.contentChanged(ResourceAddress(kind, name))
            if !found.contains(reason) { found.append(reason) }
        }
        for change in changes where change.path.hasSuffix(".object") && change.before != nil && change.after != nil {
            for secret in spec.secrets where change.path.hasPrefix("secrets[\(secret.source)]") {
                add(.secret, secret.source)
            }
            for config in spec.configs where change.path.hasPrefix("configs[\(config.source)]") {
                add(.config, config.source)
            }
            for entry in spec.environment where change.path == "environment.\(entry.key).object" {
                switch entry.value {
                case .text: break
                case .secret(let name, _): add(.secret, name)
                case .config(let name, _): add(.config, name)
                }
            }
        }
        return found
    }

    /// The way back to what is recorded; the count that another system sets is not part of what goes back.
    private mutating func rollback(
        _ record: RecordedResource,
        _ spec: ServiceSpec,
        like rollout: Rollout
    ) -> RollbackPlan? {
        guard let old = try? record.resource.decoded(Resource.self), let oldSpec = old.spec.service else { return nil }
        let policy = spec.effectiveRollback
        let isScaled = oldSpec.leavesToOthers("replicas") && spec.leavesToOthers("replicas")
        let replicas = isScaled && !oldSpec.mode.isGlobal ? rollout.desiredReplicas : surveyor.replicas(oldSpec)
        return RollbackPlan(
            resource: record.resource,
            fingerprint: record.fingerprint,
            template: fingerprinter.fingerprint(oldSpec, scope: .instance),
            replicas: replicas,
            parallelism: min(policy.batch.resolved(total: replicas), max(1, options.batch)),
            policy: policy
        )
    }
}
