import ResourceModel

extension ServiceCheck {
    /// A job that ran and runs again.
    static let jobRerun = ServiceCheck(code: "OP3013") { service, _ in
        guard service.rollout.isJob, service.step.before != nil, !service.rollout.replacements.isEmpty else {
            return []
        }
        return [
            PlanFinding(
                code: "OP3013",
                severity: .note,
                address: service.step.address,
                message: "the job \(service.step.address) runs again",
                help: "make sure that running it twice does no harm"
            )
        ]
    }
}
