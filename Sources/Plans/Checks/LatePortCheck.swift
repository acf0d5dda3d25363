import ResourceModel

extension PlanCheck {
    /// A port that a service wants while the service that is to go still holds it.
    static let latePort = PlanCheck(code: "OP3007") { context in
        // Nothing is wanted where nothing is defined; spares reading every record when all is destroyed.
        guard context.plan.steps.contains(where: { $0.rollout != nil }) else { return [] }
        let held = context.plan.steps.filter { $0.action == .delete && $0.address.kind == .service }
            .flatMap {
                step -> [(claim: PortClaim, batch: Int)] in
                guard let old = try? step.before?.decoded(Resource.self), let spec = old.spec.service else { return [] }
                return PortClaim.of(spec, step.address).map { ($0, step.batch) }
            }
        guard !held.isEmpty else { return [] }
        let byPort = Dictionary(grouping: held) { $0.claim.port }
        return context.plan.steps.flatMap { step -> [PlanFinding] in
            guard step.rollout != nil, let spec = context.graph[step.address]?.spec.service else { return [] }
            return PortClaim.of(spec, step.address)
                .compactMap { wanted in
                    let holder = (byPort[wanted.port] ?? [])
                        .first {
                            $0.claim.transport == wanted.transport && $0.batch >= step.batch
                                && $0.claim.address != step.address
                                && HostAddress.overlap($0.claim.hostIP, wanted.hostIP)
                        }
                    guard let holder else { return nil }
                    return PlanFinding(
                        code: "OP3007",
                        severity: .error,
                        address: step.address,
                        message:
                            "\(step.address) publishes port \(wanted.port)/\(wanted.transport.rawValue), which \(holder.claim.address) holds until it is deleted later in this plan",
                        help:
                            "delete it first with 'orchplan apply --target \(holder.claim.address)', or publish another port"
                    )
                }
        }
    }
}
