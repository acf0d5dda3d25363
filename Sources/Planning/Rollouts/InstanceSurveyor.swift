import Plans
import ResourceModel

/// What a look at a service's instances found.
struct InstanceSurvey: Sendable {
    /// From what is there to what is desired.
    var rollout: Rollout
    /// What is not as it is to be, for people; empty: everything is.
    var differences: [String]
    /// What an apply that waited for it would still wait for, for people; nil: nothing.
    ///
    /// Only what is not recorded as having converged is asked for it: later the restart policy looks after it.
    var unsettled: String?
}

/// Compares the instances that are there with those that are to be, slot by slot.
///
/// A slot is any number: what counts is that `replicas` slots hold one good instance each. Additions fill the lowest
/// free slots. A good instance has the desired template and has not failed; whether it is healthy right now is the
/// restart policy's business, not the plan's.
struct InstanceSurveyor: Sendable {
    let nodes: [Node]
    let isNative: Bool
    /// `--batch`.
    let batch: Int

    /// How many instances the spec wants: for a global service, one on each node that may have one.
    func replicas(_ spec: ServiceSpec) -> Int {
        spec.mode.isGlobal ? spec.eligibleNodes(nodes).count : Self.scaled(spec.replicas, spec.scale)
    }

    /// - Parameters:
    ///   - keepsObservedReplicas: Another system sets the replica count: what the cluster aims at now stays.
    ///   - hasRun: The record says that this very definition converged once: a job's missing instances have ended.
    ///   - seenThrough: In how many slots, from the first, instances converged once. In others only those that have
    ///     shown that they work are kept: nobody has seen the others through.
    ///   - isFound: Nothing is recorded of the service, and nothing here began it: another record did, which is lost or
    ///     forgotten. That it was seen through is more likely than not, and what runs is not ended on a suspicion.
    ///   - scaledTo: What the load asks for, in place of what the cluster aims at; within the scale policy's bounds.
    func survey(
        _ spec: ServiceSpec,
        template: Fingerprint,
        observed: ObservedService?,
        keepsObservedReplicas: Bool,
        hasRun: Bool,
        seenThrough: Int = .max,
        isFound: Bool = false,
        scaledTo: Int? = nil
    ) -> InstanceSurvey {
        var rollout = empty(spec, template: template)
        if keepsObservedReplicas, !spec.mode.isGlobal, let observed {
            rollout.desiredReplicas = Self.scaled(scaledTo ?? observed.desiredReplicas, spec.scale)
        }
        let eligible = spec.mode.isGlobal ? spec.eligibleNodes(nodes) : nil
        guard let observed else {
            rollout.additions = eligible ?? Array(1..<(rollout.desiredReplicas + 1))
            return finished(rollout, spec, differences: [])
        }
        let isKept = { (instance: ObservedInstance) in
            isFound || instance.slot <= seenThrough || instance.isProven(spec)
        }
        var slots = Self.slots(observed.instances, template: template, isKept: isKept)
        let surplus = Self.surplus(&slots, eligible: eligible, desired: rollout.desiredReplicas)
        rollout.removals = surplus.flatMap(\.names)
        for slot in slots {
            switch slot.state {
            case .right: rollout.kept += 1
            case .doubled(let extra):
                rollout.kept += 1
                rollout.removals += extra.map { InstanceName(slot: slot.number, id: $0) }
            case .outdated: rollout.replacements.append(SlotReplacement(slot: slot.number, old: slot.names.map(\.id)))
            }
        }
        if !(spec.mode.isJob && hasRun) {
            rollout.additions = Self.free(slots, eligible: eligible, desired: rollout.desiredReplicas)
        }
        var survey = finished(rollout, spec, differences: differences(spec, rollout, observed))
        survey.unsettled = unsettled(spec, rollout, observed) { isFound ? $0.isServing : $0.isProven(spec) }
        return survey
    }

    /// A rollout that starts every instance anew, for a service that is removed first.
    func fresh(_ spec: ServiceSpec, template: Fingerprint, like survey: Rollout) -> Rollout {
        var rollout = empty(spec, template: template)
        // A change of mode counts anew; otherwise what another system scaled to stays.
        if !spec.mode.isGlobal { rollout.desiredReplicas = survey.desiredReplicas }
        rollout.additions =
            spec.mode.isGlobal ? spec.eligibleNodes(nodes) : Array(1..<(rollout.desiredReplicas + 1))
        return finished(rollout, spec, differences: []).rollout
    }

    private func empty(_ spec: ServiceSpec, template: Fingerprint) -> Rollout {
        Rollout(
            kind: isNative ? .native : .orchestrated,
            template: template,
            desiredReplicas: replicas(spec),
            policy: spec.effectiveUpdate,
            isProbed: spec.readinessProbe != nil,
            isJob: spec.mode.isJob,
            nodes: reach(spec)
        )
    }

    /// On how many nodes the service may be, where it matters: it is global, or its constraints choose.
    private func reach(_ spec: ServiceSpec) -> NodeReach? {
        guard spec.mode.isGlobal || !(spec.placement?.constraints ?? []).isEmpty else { return nil }
        return NodeReach(eligible: spec.eligibleNodes(nodes).count, ready: nodes.count(where: \.isReady))
    }

    private func finished(_ start: Rollout, _ spec: ServiceSpec, differences: [String]) -> InstanceSurvey {
        var rollout = start
        rollout.parallelism = min(rollout.policy.batch.resolved(total: max(1, rollout.desiredReplicas)), batch)
        return InstanceSurvey(rollout: rollout, differences: differences)
    }

    private static func scaled(_ observed: Int, _ policy: ScalePolicy?) -> Int {
        guard let policy else { return max(0, observed) }
        return max(policy.min, min(observed, max(policy.min, policy.max)))
    }

    private func unsettled(
        _ spec: ServiceSpec,
        _ rollout: Rollout,
        _ observed: ObservedService,
        isGood: (ObservedInstance) -> Bool
    ) -> String? {
        let good = observed.instances.count { instance in
            guard instance.template == rollout.template else { return false }
            return spec.mode.isJob ? instance.phase == .completed : isGood(instance)
        }
        guard good < rollout.desiredReplicas else { return nil }
        let wanted = Counted.text(rollout.desiredReplicas, "instance")
        return "\(good) of \(wanted) \(spec.mode.isJob ? "completed" : "healthy")"
    }

    /// What keeps a converged service from being as desired.
    private func differences(_ spec: ServiceSpec, _ rollout: Rollout, _ observed: ObservedService) -> [String] {
        var found: [String] = []
        if !spec.mode.isGlobal, observed.desiredReplicas != rollout.desiredReplicas {
            found.append(
                "the cluster aims at \(Counted.text(observed.desiredReplicas, "instance")), not \(rollout.desiredReplicas)"
            )
        }
        if let unfinished = observed.rollout?.unfinished { found.append(unfinished) }
        // A driver with rollouts of its own replaces failed and missing instances by itself.
        guard !isNative else { return found }
        let total = rollout.desiredReplicas
        if !rollout.additions.isEmpty {
            found.append("\(rollout.additions.count) of \(Counted.text(total, "instance")) missing")
        }
        if !rollout.replacements.isEmpty {
            found.append("\(rollout.replacements.count) of \(Counted.text(total, "instance")) failed or outdated")
        }
        if !rollout.removals.isEmpty {
            found.append("\(Counted.text(rollout.removals.count, "instance")) too many")
        }
        return found
    }
}

extension NativeRolloutState {
    /// What is to be said of a rollout that has not come to its end, for people; nil: it has.
    ///
    /// What went back is as recorded again, or its definition says otherwise.
    var unfinished: String? {
        switch self {
        case .completed, .rolledBack: nil
        case .updating: "a rollout is still going on"
        case .paused(let reason): "its rollout is paused: \(reason)"
        case .rollingBack(let reason): "it is rolling back: \(reason)"
        case .rollbackPaused(let reason): "its rollback is paused: \(reason)"
        }
    }

    /// The same of one that stands still and waits for somebody; nil: none does.
    var standing: String? {
        switch self {
        case .paused, .rollbackPaused: unfinished
        case .completed, .rolledBack, .updating, .rollingBack: nil
        }
    }
}
