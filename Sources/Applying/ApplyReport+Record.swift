import Plans
import ResourceModel

extension ApplyReport {
    /// The changes that were tried and did not get through, for the record of the revision.
    package func failures(of plan: Plan) -> [ChangeFailure] {
        zip(plan.steps, results)
            .compactMap { step, result in
                let ending: (RevisionOutcome, String)? =
                    switch result {
                    case .failed(let message, _, _): (.failed, message)
                    case .rolledBack(let message, _): (.rolledBack, message)
                    case .paused(let message, _): (.paused, message)
                    case .timedOut(let message, _): (.timedOut, message)
                    case .done, .stale, .unknown, .skipped, .interrupted: nil
                    }
                return ending.map {
                    ChangeFailure(
                        address: step.address,
                        fingerprint: step.afterFingerprint,
                        outcome: $0.0,
                        message: $0.1
                    )
                }
            }
    }
}

extension Plan {
    /// The replica counts that the plan sets because of the load.
    package var scalings: [ScalingRecord] {
        steps.flatMap { step in
            step.reasons.compactMap { reason in
                guard case .autoscaled(let from, let to, let why) = reason else { return nil }
                return ScalingRecord(address: step.address, from: from, to: to, reason: why)
            }
        }
    }

    /// What is declared once the plan is applied: the record with every step done.
    ///
    /// `rollback` returns to it.
    package func desiredState(after recorded: RecordedState) -> [CanonicalText] {
        var texts: [ResourceAddress: CanonicalText] = [:]
        for resource in recorded.resources { texts[resource.address] = resource.resource }
        for step in steps {
            switch step.action {
            case .create, .update, .replace, .supersede, .record: texts[step.address] = step.after
            case .delete, .forget: texts[step.address] = nil
            case .retire: break
            }
        }
        return texts.sorted { $0.key < $1.key }.map(\.value)
    }
}
