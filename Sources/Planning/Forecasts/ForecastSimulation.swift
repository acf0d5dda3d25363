import Plans
import ResourceModel

/// Plays the rollouts of a plan through as if nothing failed.
///
/// Within a service: instances without a successor go first, then slots are replaced `parallelism` at a time in
/// lockstep (replace, watch for `monitor`, pause for `delay`; no pause after the last), and new slots are counted when
/// all that is done; without a probe they are watched for `monitor`, too. Starting and becoming healthy take no time, so that the durations are lower bounds. Batches
/// follow one another, so that the whole takes the sum of each batch's slowest step.
struct ForecastSimulation {
    private let steps: [PlanStep]
    private let world: World

    init(_ steps: [PlanStep], world: World) {
        self.steps = steps
        self.world = world
    }

    func run() -> Forecast {
        var services: [ServiceForecast] = []
        var slowest: [Duration] = []
        for step in steps {
            guard let rollout = step.rollout else { continue }
            let forecast = service(step, rollout)
            services.append(forecast)
            while slowest.count <= step.batch { slowest.append(.zero) }
            slowest[step.batch] = max(slowest[step.batch], forecast.minimumDuration)
        }
        services.sort { $0.address < $1.address }
        return Forecast(services: services, minimumDuration: slowest.reduce(.zero, +))
    }

    private func service(_ step: PlanStep, _ rollout: Rollout) -> ServiceForecast {
        let observed = world.subject(step.address).flatMap { world.observed(world.subjects[$0]) }
        let instances = observed?.instances ?? []
        let before = instances.count { $0.isHealthy }
        var forecast = ServiceForecast(
            address: step.address,
            healthyBefore: before,
            fewestHealthy: before,
            desired: rollout.desiredReplicas,
            minimumDuration: .zero
        )
        let isCreation = step.action != .update
        if isCreation {
            // Created or replaced: at some moment none is there.
            forecast.fewestHealthy = 0
        }
        let batches = batches(rollout)
        let pauses = max(0, batches.count - 1)
        forecast.minimumDuration = rollout.policy.delay * pauses
        if !rollout.isJob { forecast.minimumDuration += rollout.policy.monitor * batches.count }
        // A driver with rollouts of its own watches the instances that it adds as it likes.
        if !rollout.additions.isEmpty, isCreation || rollout.kind == .orchestrated {
            forecast.minimumDuration += rollout.additionMonitor
        }
        guard !isCreation, before > 0 else { return forecast }
        let healthy = Set(instances.lazy.filter(\.isHealthy).map(\.id))
        var now = before - rollout.removals.count { healthy.contains($0.id) }
        forecast.fewestHealthy = now
        for batch in batches {
            let old = batch.reduce(0) { $0 + $1.old.count { healthy.contains($0) } }
            if rollout.policy.order == .stopFirst { forecast.fewestHealthy = min(forecast.fewestHealthy, now - old) }
            now += batch.count - old
            forecast.fewestHealthy = min(forecast.fewestHealthy, now)
        }
        return forecast
    }

    private func batches(_ rollout: Rollout) -> [ArraySlice<SlotReplacement>] {
        let size = max(1, rollout.parallelism)
        return stride(from: 0, to: rollout.replacements.count, by: size)
            .map { start in
                rollout.replacements[start..<min(start + size, rollout.replacements.count)]
            }
    }
}
