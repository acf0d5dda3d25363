import ResourceModel

extension ServiceCheck {
    /// A job that ran and runs again.
    static let jobRerun = ServiceCheck(code: "OP3013") { service, _ in
        let rollout = service.rollout
        // One more instance of a job is its first run.
        let runsAgain = !rollout.replacements.isEmpty || (rollout.kept == 0 && !rollout.additions.isEmpty)
        guard rollout.isJob, service.step.before != nil, runsAgain else { return [] }
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
