import ResourceModel

extension PlanCheck {
    /// A generated secret that is made anew: nobody kept the old characters, so going back does not bring them back.
    static let regeneratedSecret = PlanCheck(code: "OP3017") { context in
        context.plan.steps
            .filter { step in
                guard step.address.kind == .secret, step.action == .supersede,
                    let secret = context.graph[step.address]?.spec.secret, case .generate = secret.source
                else { return false }
                return true
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
}
