import ResourceModel

extension ServiceCheck {
    /// A service that waits for another which nothing in the plan brings up, and which is not up.
    ///
    /// What the plan changes is waited for while it is applied; what it leaves alone has to be there already.
    static let unreadyDependency = ServiceCheck(code: "OP3016") { service, context in
        service.spec.dependsOn.compactMap { dependency in
            guard dependency.condition == .healthy else { return nil }
            let address = ResourceAddress(.service, dependency.service)
            guard !context.plan.steps.contains(where: { $0.address == address && $0.rollout != nil }),
                let other = context.inventory.services.first(where: { $0.address == address }),
                let spec = context.graph[address]?.spec.service, !spec.mode.isJob, spec.replicas > 0,
                !other.instances.contains(where: \.isHealthy)
            else { return nil }
            // What runs already has come to terms with it; what is new has not.
            let isNew = service.step.action == .create
            return PlanFinding(
                code: "OP3016",
                severity: isNew ? .error : .warning,
                address: service.step.address,
                message: "\(service.step.address) needs \(address) to be healthy, and none of its instances is",
                help: "mend \(address) first, or write 'condition: started' under 'dependsOn'"
            )
        }
    }
}
