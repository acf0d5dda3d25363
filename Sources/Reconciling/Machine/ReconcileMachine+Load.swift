import Planning
import Plans
import ResourceModel

extension ReconcileMachine {
    /// What the load of each scaled service asks for.
    mutating func scaleOrders(_ survey: Survey, _ now: Duration) -> [ResourceAddress: ScaleOrder] {
        meter.take(survey.measurements.map { Array($0.values) } ?? [], now: now)
        var orders: [ResourceAddress: ScaleOrder] = [:]
        let policies = survey.recorded.scalePolicies
        hasScaledServices = !policies.isEmpty
        autoscaler.keepOnly(Set(policies.keys))
        for service in survey.inventory.services {
            guard let policy = policies[service.address] else { continue }
            let load = meter.load(service, policy, survey.measurements, value: survey.values[service.address])
            let verdict = autoscaler.decide(
                service.address,
                policy,
                current: service.desiredReplicas,
                load: load,
                now: now
            )
            // What may pass by itself must not keep what lasts from being said.
            let key = "load \(service.address)"
            switch verdict {
            case .scale(let decision):
                said.subtract([key, key + " lasting"])
                orders[service.address] = ScaleOrder(replicas: decision.to, why: decision.why)
            case .steady: said.subtract([key, key + " lasting"])
            case .held(let why):
                say(.loadUnknown(service.address, why), load.isOutOfReach ? key + " lasting" : key)
            }
        }
        return orders
    }
}

extension RecordedState {
    /// The services that follow their load, and how.
    package var scalePolicies: [ResourceAddress: ScalePolicy] {
        var policies: [ResourceAddress: ScalePolicy] = [:]
        for record in resources where record.address.kind == .service && record.resource.text.contains("\"scale\"") {
            guard let spec = (try? record.resource.decoded(Resource.self))?.spec.service, let scale = spec.scale,
                spec.mode == .replicated
            else { continue }
            policies[record.address] = scale
        }
        return policies
    }
}
