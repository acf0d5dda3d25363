import ResourceModel

extension PlanCheck {
    /// Reservations of all services together that the cluster does not have.
    static let overbookedCluster = PlanCheck(code: "OP3011") { context in
        let nodes = context.inventory.nodes.filter(\.isReady)
        guard !nodes.isEmpty, let first = context.plan.steps.first(where: { $0.rollout != nil }) else { return [] }
        var cpus: Int64 = 0
        var memory: Int64 = 0
        for resource in context.graph.resources {
            guard let spec = resource.spec.service, let reserved = spec.resources?.reservations else { continue }
            let count = Int64(spec.mode.isGlobal ? spec.eligibleNodes(context.inventory.nodes).count : spec.replicas)
            cpus = Self.sum(cpus, reserved.cpus?.nanoCPUs, count)
            memory = Self.sum(memory, reserved.memory?.bytes, count)
        }
        let allCPUs = nodes.reduce(Int64(0)) { Self.sum($0, $1.cpus.nanoCPUs, 1) }
        let allMemory = nodes.reduce(Int64(0)) { Self.sum($0, $1.memory.bytes, 1) }
        var excess: [String] = []
        if cpus > allCPUs {
            excess.append("\(CPUCount(nanoCPUs: cpus).text) of \(CPUCount(nanoCPUs: allCPUs).text) CPUs")
        }
        if memory > allMemory {
            let (wanted, there) = (ByteCount(bytes: memory), ByteCount(bytes: allMemory))
            let isClose = wanted.approximate == there.approximate
            excess.append(
                isClose
                    ? "\(wanted.text) of \(there.text) memory"
                    : "\(wanted.approximate) of \(there.approximate) memory"
            )
        }
        guard !excess.isEmpty else { return [] }
        return [
            PlanFinding(
                code: "OP3011",
                severity: .warning,
                address: first.address,
                message:
                    "all services together reserve \(excess.joined(separator: " and ")): some instances may find no room",
                help: "lower 'resources.reservations', or add nodes"
            )
        ]
    }

    /// `total + value * count`, at most the largest number.
    private static func sum(_ total: Int64, _ value: Int64?, _ count: Int64) -> Int64 {
        let (product, overflow) = (value ?? 0).multipliedReportingOverflow(by: count)
        let (sum, carried) = total.addingReportingOverflow(product)
        return overflow || carried ? .max : sum
    }
}
