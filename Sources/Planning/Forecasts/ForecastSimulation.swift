import Plans
import ResourceModel

/// Plays the rollouts of a plan through as if nothing failed.
///
/// Within a service that apply rolls: instances without a successor go first, new slots are filled next (and watched for
/// `monitor` where no probe tells whether they are good), then slots are replaced `parallelism` at a time in lockstep:
/// replace, watch for `monitor`, pause for `delay`, no pause after the last. A driver with rollouts of its own slides:
/// only its pauses and one watch at the end are certain, and any `parallelism` instances may be down together.
/// Starting and becoming healthy take no time, so that the durations are lower bounds. Batches follow one another, so
/// that the whole takes the sum of each batch's slowest step.
struct ForecastSimulation {
    private let steps: [PlanStep]
    private let world: World
    /// Services that are removed, to come back anew where they have another step.
    private let removed: Set<ResourceAddress>

    init(_ steps: [PlanStep], world: World) {
        self.steps = steps
        self.world = world
        removed = Set(steps.lazy.filter { $0.action == .delete && $0.address.kind == .service }.map(\.address))
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
        let healthy = Set((observed?.instances ?? []).lazy.filter(\.isHealthy).map(\.id))
        // A service that is removed first has none for a while; so has one that nothing is left of.
        let isFresh = step.action == .replace || removed.contains(step.address) || healthy.isEmpty
        return ServiceForecast(
            address: step.address,
            healthyBefore: healthy.count,
            fewestHealthy: isFresh ? 0 : fewest(rollout, healthy),
            desired: rollout.desiredReplicas,
            minimumDuration: duration(rollout, isCreation: step.action != .update)
        )
    }

    private func duration(_ rollout: Rollout, isCreation: Bool) -> Duration {
        let batches = batches(rollout).count
        var duration = rollout.policy.delay * max(0, batches - 1)
        if !rollout.isJob, batches > 0 {
            duration += rollout.policy.monitor * (rollout.kind == .native ? 1 : batches)
        }
        // A driver with rollouts of its own watches the instances that it adds to others as it likes.
        if !rollout.additions.isEmpty, isCreation || rollout.kind == .orchestrated {
            duration += rollout.additionMonitor
        }
        return duration
    }

    /// The fewest healthy instances of a service that some are healthy of.
    private func fewest(_ rollout: Rollout, _ healthy: Set<String>) -> Int {
        var now = healthy.count - rollout.removals.count { healthy.contains($0.id) }
        var fewest = now
        let isStopFirst = rollout.policy.order == .stopFirst
        if rollout.kind == .native {
            let old = rollout.replacements.reduce(0) { $0 + $1.old.count { healthy.contains($0) } }
            return max(0, isStopFirst ? now - min(old, max(1, rollout.parallelism)) : now)
        }
        now += rollout.additions.count
        for batch in batches(rollout) {
            let old = batch.reduce(0) { $0 + $1.old.count { healthy.contains($0) } }
            if isStopFirst { fewest = min(fewest, now - old) }
            now += batch.count - old
            fewest = min(fewest, now)
        }
        return fewest
    }

    private func batches(_ rollout: Rollout) -> [ArraySlice<SlotReplacement>] {
        let size = max(1, rollout.parallelism)
        return stride(from: 0, to: rollout.replacements.count, by: size)
            .map { start in
                rollout.replacements[start..<min(start + size, rollout.replacements.count)]
            }
    }
}
