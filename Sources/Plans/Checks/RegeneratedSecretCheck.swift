import ResourceModel

extension PlanCheck {
    /// A generated secret that is made anew, also where its object is gone: nobody kept the old characters, so going back does not bring them back.
    static let regeneratedSecret = PlanCheck(code: "OP3017") { context in
        context.plan.steps
            .filter { step in
                guard context.isGenerated(step.address) else { return false }
                return step.action == .supersede || step.action == .create && step.before != nil
            }
            .map { step in
                PlanFinding(
                    code: "OP3017",
                    severity: .warning,
                    address: step.address,
                    message: "\(step.address) gets new random characters; those that it had before are gone",
                    help: "tell what remembers the old ones, such as a database that keeps its password in a volume"
                )
            }
    }

    /// A generated secret that is taken into the record as it is: what made its characters is not known.
    static let keptSecret = PlanCheck(code: "OP3019") { context in
        context.plan.steps
            .filter { $0.action == .update && $0.before == nil && context.isGenerated($0.address) }
            .map { step in
                PlanFinding(
                    code: "OP3019",
                    severity: .warning,
                    address: step.address,
                    message: "\(step.address) keeps the characters that are there; no record tells how they were made",
                    help: "to have new ones made after this apply, change its 'rotation'"
                )
            }
    }
}

extension PlanCheckContext {
    fileprivate func isGenerated(_ address: ResourceAddress) -> Bool {
        guard address.kind == .secret, case .generate = graph[address]?.spec.secret?.source else { return false }
        return true
    }
}
