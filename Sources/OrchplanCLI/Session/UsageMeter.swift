import Drivers
import ResourceModel

/// Turns readings of counters into what instances use: a load takes two of them.
actor UsageMeter {
    private var last: [String: (time: ContinuousClock.Instant, cpuTime: Duration)] = [:]

    /// What every instance uses, its load since the last call; nothing where the driver cannot tell.
    func read(_ driver: any ClusterObserving) async -> [String: InstanceUsage] {
        let now = ContinuousClock.now
        let services: [ServiceMeasurement]
        do throws(DriverError) { services = try await driver.measurements() } catch { return [:] }
        var readings: [String: (time: ContinuousClock.Instant, cpuTime: Duration)] = [:]
        var usage: [String: InstanceUsage] = [:]
        for instance in services.flatMap(\.instances) where instance.obstacle == nil {
            readings[instance.id] = (now, instance.cpuTime)
            var used = InstanceUsage(memory: instance.memory.bytes > 0 ? instance.memory : nil)
            // A counter that is smaller than before has begun anew.
            if let before = last[instance.id], instance.cpuTime >= before.cpuTime, now > before.time {
                used.cpus = (instance.cpuTime - before.cpuTime) / (now - before.time)
            }
            usage[instance.id] = used
        }
        last = readings
        return usage
    }
}
