extension ServiceCheck {
    /// A new instance that must start beside the old one, on a port that only one of them can have.
    static let hostPortStartFirst = ServiceCheck(code: "OP3002") { service, context in
        guard context.capabilities.hostPortsAreExclusive, service.rollout.policy.order == .startFirst,
            !service.rollout.replacements.isEmpty,
            let port = service.spec.ports.first(where: { $0.mode == .host && $0.published != nil }),
            let published = port.published
        else { return [] }
        return [
            PlanFinding(
                code: "OP3002",
                severity: .error,
                address: service.step.address,
                message:
                    "\(service.step.address) starts new instances first, but host port \(published.text) is held by the old ones",
                help: "set 'update.order: stopFirst', or publish the port with 'mode: ingress'"
            )
        ]
    }
}
