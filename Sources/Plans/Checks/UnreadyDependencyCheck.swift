import ResourceModel

extension PlanCheck {
    /// A service that waits for another which nothing in the plan brings up, and which is not up.
    ///
    /// What the plan changes is waited for while it is applied; what it leaves alone has to be there already.
    static let unreadyDependency = PlanCheck(code: "OP3016") { context in
        let down = down(in: context)
        guard !down.isEmpty else { return [] }
        return context.plan.steps.flatMap { step -> [PlanFinding] in
            guard step.rollout != nil, let spec = context.graph[step.address]?.spec.service else { return [] }
            return spec.dependsOn.compactMap { dependency in
                let address = ResourceAddress(.service, dependency.service)
                guard dependency.condition == .healthy, down.contains(address) else { return nil }
                return PlanFinding(
                    code: "OP3016",
                    // What runs already has come to terms with it; what is new has not.
                    severity: step.action == .create ? .error : .warning,
                    address: step.address,
                    message: "\(step.address) needs \(address) to be healthy, and none of its instances is",
                    help: "mend \(address) first, or write 'condition: started' under 'dependsOn'"
                )
            }
        }
    }

    /// Services that are to run and have no healthy instance, and that the plan does not change.
    private static func down(in context: PlanCheckContext) -> Set<ResourceAddress> {
        var down: Set<ResourceAddress> = []
        var seen: Set<ResourceAddress> = []
        for service in context.inventory.services where seen.insert(service.address).inserted {
            guard !service.instances.contains(where: \.isHealthy),
                let spec = context.graph[service.address]?.spec.service, !spec.mode.isJob, spec.replicas > 0
            else { continue }
            down.insert(service.address)
        }
        guard !down.isEmpty else { return [] }
        for step in context.plan.steps where step.rollout != nil { down.remove(step.address) }
        return down
    }
}
