extension ServiceCheck {
    /// A rollout that nobody tells whether the new instances work.
    static let blindRollout = ServiceCheck(code: "OP3004") { service, _ in
        guard !service.rollout.isProbed, !service.rollout.isJob, !service.rollout.replacements.isEmpty,
            service.rollout.policy.onFailure == .rollback
        else { return [] }
        return [
            PlanFinding(
                code: "OP3004",
                severity: .warning,
                address: service.step.address,
                message: "\(service.step.address) rolls back on failure, but has no probe that would notice one",
                help: "add a 'healthcheck' or 'readiness'; without one only an exit counts as a failure"
            )
        ]
    }
}
