import Plans
import ResourceModel

/// Plays the rollouts of a plan through as if nothing failed.
///
/// Within a service that apply rolls: instances without a successor go first, new slots are filled next (and watched for
/// `monitor` where no probe tells whether they are good), then slots are replaced `parallelism` at a time in lockstep:
/// replace, watch for `monitor`, pause for `delay`, no pause after the last. A driver with rollouts of its own slides:
/// only its pauses and one watch at the end are certain, and any `parallelism` instances may be down together.
/// Starting and becoming healthy take no time, so that the durations are lower bounds. Batches follow one another, but
/// for additions: the next ones start while those before them are watched, where they do not need them.
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
        let forecasts = steps.map { step in step.rollout.map { service(step, $0) } }
        let services = forecasts.compactMap { $0 }.sorted { $0.address < $1.address }
        return Forecast(services: services, minimumDuration: duration(of: forecasts))
    }

    /// From the first step's start to the last one's end; the order is that of the apply machine.
    private func duration(of forecasts: [ServiceForecast?]) -> Duration {
        var starts = [Duration](repeating: .zero, count: steps.count)
        var ends = starts
        var (settled, ended) = (Duration.zero, Duration.zero)
        var first = 0
        while first < steps.count {
            let batch = steps[first...].prefix { $0.batch == steps[first].batch }
            let isAddition = batch.allSatisfy(\.isAddition)
            let start = isAddition ? settled : ended
            for (index, step) in zip(batch.indices, batch) {
                starts[index] = step.needs.lazy.filter { $0.step < index }
                    .map { $0.condition == .started ? starts[$0.step] : ends[$0.step] }
                    .reduce(start, max)
                let duration = forecasts[index]?.minimumDuration ?? .zero
                ends[index] = starts[index] + duration
                ended = max(ended, ends[index])
                let isOnlyWatched = step.isAddition && step.rollout.map { duration == $0.additionMonitor } == true
                settled = max(settled, isOnlyWatched ? starts[index] : ends[index])
            }
            if !isAddition { settled = ended }
            first = batch.endIndex
        }
        return ended
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
