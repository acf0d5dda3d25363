import ResourceModel

extension NodeAgent {
    /// What every instance uses now; services in the order of their names, instances in that of their slots.
    package func measurements() -> WireMeasurements {
        var wire = WireMeasurements()
        wire.time = wallClockMilliseconds()
        let processes = ProcessTable()
        wire.services = services.keys.sorted()
            .map { name in
                var measured = WireServiceMeasurement()
                measured.name = name
                measured.instances = instances.values
                    .filter { $0.record.service == name }
                    .sorted { ($0.record.slot, $0.record.id) < ($1.record.slot, $1.record.id) }
                    .map { measure($0, processes) }
                return measured
            }
        return wire
    }

    private func measure(_ instance: InstanceRuntime, _ processes: ProcessTable) -> WireInstanceMeasurement {
        var measured = WireInstanceMeasurement()
        measured.id = instance.record.id
        measured.restarts = instance.machine.restarts
        if let sandbox = instance.sandbox, !sandbox.hasEnded {
            let group = CgroupReading(instance.record.cgroups)
            let usage = processes.usage(below: sandbox.identity.pid)
            if group.cpuMicroseconds == nil { instance.cpu.saw(usage.cpuMicroseconds) }
            measured.memoryBytes = group.memoryBytes ?? usage.memoryBytes
            measured.source = group.cpuMicroseconds == nil ? "processes" : "cgroup"
        }
        // A group counts on from run to run by itself.
        measured.cpuMicroseconds = CgroupReading(instance.record.cgroups).cpuMicroseconds ?? instance.cpu.total
        for listener in services[instance.record.service]?.listeners.values.map(\.openConnections) ?? [] {
            measured.connections += listener[instance.record.id] ?? 0
        }
        return measured
    }
}

/// Processor time over all runs of an instance: each run's own counter begins at nothing.
struct RunningTotal: Sendable, Hashable {
    private var before = 0
    private var now = 0

    /// Never smaller than it was.
    var total: Int { before + now }

    /// Takes a reading of the present run; processes that ended unnoticed may make it smaller, which is left out.
    mutating func saw(_ reading: Int) { now = max(now, reading) }

    /// The present run is over.
    mutating func beginRun() {
        before += now
        now = 0
    }
}
