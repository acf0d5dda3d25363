import Drivers
import ResourceModel

/// Turns counters into loads: a share of the processor is the difference of two readings.
struct LoadMeter: Sendable {
    /// Readings closer together than this say little; the share from before holds.
    static let shortest = Duration.milliseconds(900)

    private struct Reading: Sendable {
        var at: Duration
        var cpuTime: Duration
        /// Percent of one CPU, from the reading before.
        var share: Double?
    }

    private var readings: [String: Reading] = [:]

    /// Takes note of a round's counters; instances that are gone are forgotten.
    mutating func take(_ measurements: [InstanceMeasurement], now: Duration) {
        var next: [String: Reading] = [:]
        for measurement in measurements where measurement.obstacle == nil {
            let used = measurement.cpuTime
            guard let last = readings[measurement.id], used >= last.cpuTime else {
                // The first reading, or the counter began anew.
                next[measurement.id] = Reading(at: now, cpuTime: used)
                continue
            }
            guard now - last.at >= Self.shortest else {
                next[measurement.id] = last
                continue
            }
            let share = (used - last.cpuTime) / (now - last.at) * 100
            next[measurement.id] = Reading(at: now, cpuTime: used, share: share)
        }
        readings = next
    }

    /// The load of a service; every ready instance must have been measured.
    ///
    /// - Parameters:
    ///   - measurements: Of this round, by instance; nil: nothing could be measured at all.
    ///   - value: What the policy's command printed; nil: it failed.
    func load(
        _ service: ObservedService,
        _ policy: ScalePolicy,
        _ measurements: [String: InstanceMeasurement]?,
        value: Double?
    ) -> ServiceLoad {
        let ready = service.instances.filter(\.isHealthy)
        guard !ready.isEmpty else { return ServiceLoad(ready: 0, mean: nil, missing: "no instance is ready") }
        if policy.metric == .command {
            return ServiceLoad(ready: ready.count, mean: value, missing: "the command gave no number")
        }
        guard let measurements else {
            return ServiceLoad(ready: ready.count, mean: nil, missing: "the driver gave no measurements")
        }
        for instance in ready {
            guard let obstacle = measurements[instance.id]?.obstacle else { continue }
            return ServiceLoad(
                ready: ready.count,
                mean: nil,
                missing: "the \(policy.metric.rawValue) of \(instance.id) is not known: \(obstacle)",
                isOutOfReach: true
            )
        }
        var sum = 0.0
        for instance in ready {
            guard let own = self.value(instance.id, policy.metric, measurements) else {
                return ServiceLoad(
                    ready: ready.count,
                    mean: nil,
                    missing: "the \(policy.metric.rawValue) of \(instance.id) is not known yet"
                )
            }
            sum += own
        }
        return ServiceLoad(ready: ready.count, mean: sum / Double(ready.count))
    }

    private func value(
        _ instance: String,
        _ metric: ScaleMetric,
        _ measurements: [String: InstanceMeasurement]
    ) -> Double? {
        // What is ready runs, and what runs has memory: nothing in use means that nothing could be read.
        guard let measurement = measurements[instance], measurement.memory.bytes > 0 else { return nil }
        return switch metric {
        case .cpu: readings[instance]?.share
        case .memory: Double(measurement.memory.bytes)
        case .connections: Double(measurement.connections)
        case .command: nil
        }
    }
}
