import ResourceModel

extension PlanCheck {
    /// A volume that was there, is gone, and will come back empty.
    static let lostVolume = PlanCheck(code: "OP3012") { context in
        context.plan.steps
            .filter {
                $0.address.kind == .volume && $0.action == .create && $0.reasons.contains(.missing)
            }
            .map { step in
                PlanFinding(
                    code: "OP3012",
                    severity: .warning,
                    address: step.address,
                    message: "\(step.address) is gone from the cluster and is created again, empty",
                    help: "restore its data before services use it"
                )
            }
    }
}
