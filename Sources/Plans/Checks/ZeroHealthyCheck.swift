extension ServiceCheck {
    /// An update during which no instance is healthy.
    static let zeroHealthy = ServiceCheck(code: "OP3001") { service, _ in
        guard !service.rollout.isJob, service.rollout.desiredReplicas > 0, let forecast = service.forecast,
            forecast.healthyBefore > 0,
            forecast.fewestHealthy == 0
        else { return [] }
        let help: String
        if service.step.action != .update {
            help = "the whole service is replaced; plan it for a quiet time"
        } else if service.rollout.desiredReplicas > 1 {
            help = "set 'update.batch' below \(service.rollout.desiredReplicas), or 'update.order: startFirst'"
        } else {
            help = "set 'update.order: startFirst', or more than one replica"
        }
        return [
            PlanFinding(
                code: "OP3001",
                severity: .warning,
                address: service.step.address,
                message: "no instance of \(service.step.address) is healthy at some moment of its update",
                help: help
            )
        ]
    }
}
