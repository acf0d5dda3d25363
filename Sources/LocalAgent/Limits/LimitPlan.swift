import ResourceModel

/// How the limits of a service are held on this machine: by which control groups, by which limits of its processes.
///
/// A pure function of the limits and the trees that can be used.
package struct LimitPlan: Sendable, Hashable {
    /// What to write into which file of the instance's groups, in this order.
    package struct Setting: Sendable, Hashable {
        package var controller: CgroupHierarchy.Controller
        package var file: String
        package var text: String
        /// Whether the limit holds without it; such a file may be missing.
        package var isOptional = false
    }

    package var settings: [Setting] = []
    package var limits: [ShimLimit] = []
    /// For people, one for each limit of the manifest.
    package var held: [HeldLimit] = []

    private static let period: Int64 = 100_000
    /// `RLIMIT_DATA` of `setrlimit(2)`.
    static let dataLimit = 2

    /// - Parameters:
    ///   - overhead: The processes of an instance that are not its own: those of the sandbox.
    ///   - reason: Why there is no tree for a limit.
    package init(
        _ wanted: ResourceLimits,
        _ hierarchies: [CgroupHierarchy],
        overhead: Int,
        reason: String = "no writable cgroup"
    ) {
        func tree(_ controller: CgroupHierarchy.Controller) -> CgroupHierarchy? {
            hierarchies.first { $0.controllers.contains(controller) }
        }
        if let memory = wanted.memory {
            if let tree = tree(.memory) {
                addMemory(memory, tree.version)
                held.append(HeldLimit("memory", memory.text, by: tree.version.text))
            } else {
                limits.append(ShimLimit(resource: Self.dataLimit, soft: Int(memory.bytes), hard: Int(memory.bytes)))
                held.append(HeldLimit("memory", memory.text, by: "rlimit on the data of each process"))
            }
        }
        if let cpus = wanted.cpus {
            if let tree = tree(.cpu) {
                // A quota below a millisecond is refused by the kernel.
                let quota = max(1000, cpus.nanoCPUs * Self.period / 1_000_000_000)
                if tree.version == .v1 {
                    settings.append(Setting(controller: .cpu, file: "cpu.cfs_period_us", text: "\(Self.period)"))
                    settings.append(Setting(controller: .cpu, file: "cpu.cfs_quota_us", text: "\(quota)"))
                } else {
                    settings.append(Setting(controller: .cpu, file: "cpu.max", text: "\(quota) \(Self.period)"))
                }
                held.append(HeldLimit("cpus", cpus.text, by: tree.version.text))
            } else {
                held.append(HeldLimit("cpus", cpus.text, unheld: reason))
            }
        }
        if let pids = wanted.pids {
            if let tree = tree(.pids) {
                settings.append(Setting(controller: .pids, file: "pids.max", text: "\(pids + overhead)"))
                held.append(HeldLimit("pids", "\(pids)", by: tree.version.text))
            } else {
                held.append(HeldLimit("pids", "\(pids)", unheld: reason))
            }
        }
    }

    private mutating func addMemory(_ memory: ByteCount, _ version: CgroupHierarchy.Version) {
        func set(_ file: String, _ text: String, isOptional: Bool = false) {
            settings.append(Setting(controller: .memory, file: file, text: text, isOptional: isOptional))
        }
        switch version {
        case .v1:
            set("memory.limit_in_bytes", "\(memory.bytes)")
            // Memory and swap together: without it the limit would only move the rest to the disk.
            set("memory.memsw.limit_in_bytes", "\(memory.bytes)", isOptional: true)
        case .v2:
            set("memory.max", "\(memory.bytes)")
            set("memory.swap.max", "0", isOptional: true)
            // An instance that lost one of its processes is no whole one any more.
            set("memory.oom.group", "1", isOptional: true)
        }
    }
}

extension CgroupHierarchy.Version {
    package var text: String { "cgroup v\(rawValue)" }
}
