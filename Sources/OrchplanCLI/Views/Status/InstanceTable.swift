import ResourceModel

/// Instances, one a line.
struct InstanceTable {
    var instances: [InstanceStatus]
    var now: Timestamp

    init(_ instances: [InstanceStatus], _ now: Timestamp) {
        self.instances = instances
        self.now = now
    }

    func lines(_ format: ViewFormat) -> [StyledText] {
        guard !instances.isEmpty else { return [] }
        // On one node its name says nothing.
        let isSpread = Set(instances.map(\.observed.node)).count > 1
        var table = Table([
            Table.Column(""), Table.Column("INSTANCE", minimum: 12, cutsMiddle: true), Table.Column("STATE"),
            Table.Column("SINCE", right: true, priority: 8), Table.Column("RESTARTS", right: true, priority: 7),
            Table.Column("EXIT", priority: 3), Table.Column("NODE", priority: 6, minimum: 8, cutsMiddle: true),
            Table.Column("PID", right: true, priority: 4), Table.Column("PORT", priority: 5),
            Table.Column("CPU", right: true, priority: 2), Table.Column("MEMORY", right: true, priority: 2),
            Table.Column("", priority: 1),
        ])
        for instance in instances {
            let isUp = instance.observed.isHealthy || instance.observed.phase == .completed
            let restarts = instance.observed.restarts
            table.add([
                StyledText(isUp ? format.glyphs.filledDot : format.glyphs.emptyDot, instance.look),
                StyledText(instance.id, .bold), StyledText(instance.word, instance.look),
                StyledText(age(instance.facts.since)), StyledText("\(restarts)", restarts > 0 ? .yellow : .plain),
                StyledText(instance.observed.exitStatus?.brief ?? "", .dim),
                StyledText(isSpread ? instance.observed.node : ""),
                StyledText(instance.facts.process.map { "\($0)" } ?? "", .dim),
                StyledText(ports(instance.facts.ports), .dim),
                StyledText(instance.usage.cpus.map { "\(Int(($0 * 100).rounded()))%" } ?? ""),
                StyledText(instance.usage.memory.map(Self.size) ?? ""),
                StyledText(instance.isCurrent ? "" : "older definition", .yellow),
            ])
        }
        return table.lines(format)
    }

    private func age(_ time: Int?) -> String {
        time.map { Words.age(now.since(Timestamp(milliseconds: Int64($0)))) } ?? ""
    }

    private func ports(_ ports: [InstancePortFact]) -> String {
        guard ports.count > 1 else { return ports.first.map { "\($0.port)" } ?? "" }
        return ports.map { "\($0.port) for \($0.target)" }.joined(separator: ", ")
    }

    /// Rounded to what a glance takes in: `84 MiB`, `1.2 GiB`.
    static func size(_ count: ByteCount) -> String {
        var value = Double(count.bytes)
        for unit in ["B", "KiB", "MiB"] {
            if value < 1000 { return "\(Int(value.rounded())) \(unit)" }
            value /= 1024
        }
        return "\((value * 10).rounded() / 10) GiB"
    }
}

extension ResourceModel.ExitStatus {
    /// `1`, `SIGKILL`.
    var brief: String {
        switch self {
        case .code(let code): "\(code)"
        case .signal(let number): SignalNames.name(number) ?? "signal \(number)"
        case .unknown: "?"
        }
    }
}
