import ResourceModel

extension ServiceCheck {
    /// A watch that is over before the health check could have said no.
    static let shortMonitor = ServiceCheck(code: "OP3009") { service, _ in
        guard !service.rollout.replacements.isEmpty, !service.rollout.isJob, let check = service.spec.healthcheck
        else { return [] }
        let needed = check.interval * check.retries
        guard service.rollout.policy.monitor < needed else { return [] }
        return [
            PlanFinding(
                code: "OP3009",
                severity: .warning,
                address: service.step.address,
                message:
                    "\(service.step.address) is watched for \(service.rollout.policy.monitor.text) after each batch, but its health check takes \(needed.text) to fail",
                help: "set 'update.monitor: \(needed.text)', or a shorter 'healthcheck.interval'"
            )
        ]
    }
}
