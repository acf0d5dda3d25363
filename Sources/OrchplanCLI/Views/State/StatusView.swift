import ResourceModel
import StateStores

/// How the services are: a table, and below it the instances that need attention.
package struct StatusView: Sendable {
    package var services: [ServiceStatus]
    /// Whether every instance is listed, not the troubled ones alone.
    package var showsInstances: Bool

    package init(_ services: [ServiceStatus], showsInstances: Bool = false) {
        self.services = services
        self.showsInstances = showsInstances
    }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        guard !services.isEmpty else { return ["No services."] }
        var table = Table([
            Table.Column(""), Table.Column("SERVICE", minimum: 10, cutsMiddle: true), Table.Column("STATE"),
            Table.Column("HEALTHY", right: true), Table.Column("RUNNING", right: true, priority: 3),
            Table.Column("RESTARTS", right: true, priority: 2), Table.Column("REVISION", right: true, priority: 1),
            Table.Column("ADDRESS", priority: 5), Table.Column("LAST EVENT", priority: 4),
        ])
        for service in services {
            let look = Self.look(service.health)
            let isUp = service.health == .healthy || service.health == .completed
            table.add([
                StyledText(isUp ? format.glyphs.filledDot : format.glyphs.emptyDot, look),
                StyledText(service.address.name, .bold), StyledText(service.health.rawValue, look),
                StyledText(service.health == .completed ? "done" : "\(service.healthy)/\(service.desired)"),
                StyledText("\(service.running)"),
                StyledText("\(service.restarts)", service.restarts > 0 ? .yellow : .plain),
                StyledText(service.revision.map { "\($0)" } ?? "-"),
                StyledText(service.endpoints.joined(separator: ", ")),
                StyledText(Self.isShort(service.notice, format) ? service.notice ?? "" : "", .dim),
            ])
        }
        // What the table has no room for stands below it; nothing is said twice.
        let isShown = table.shows(format)
        let details = services.flatMap { service -> [StyledText] in
            var lines: [StyledText] = []
            if !isShown[7] { lines += service.endpoints.map { "  \(service.address.name, .bold)  \($0)" } }
            if let notice = service.notice, !isShown[8] || !Self.isShort(notice, format) {
                lines += ("  \(service.address.name, .bold)  \(notice)" as StyledText)
                    .wrapped(to: format.width, indent: 4)
            }
            return lines + instances(service, format)
        }
        return table.lines(format) + (details.isEmpty ? [] : [""] + details) + ["", closing]
    }

    /// Whether a notice fits beside the other columns of a usual table.
    private static func isShort(_ notice: String?, _ format: ViewFormat) -> Bool {
        format.width == nil || StyledText(notice ?? "").width <= 44
    }

    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }

    private var closing: StyledText {
        let good = services.count { [.healthy, .completed, .stopped].contains($0.health) }
        let all = Words.count(services.count, "service")
        let rest = services.count - good
        if rest == 0 { return "\("All well:", Look.green.strong) \(all)." }
        return "\("\(rest) of \(all)", Look.yellow.strong) \(rest == 1 ? "needs" : "need") attention."
    }

    private func instances(_ service: ServiceStatus, _ format: ViewFormat) -> [StyledText] {
        let shown = service.instances.filter { showsInstances || (!$0.isHealthy && $0.phase != .completed) }
        return shown.flatMap { instance -> [StyledText] in
            let look: Look = instance.isHealthy || instance.phase == .completed ? .green : .yellow
            let state = instance.isHealthy ? "healthy" : instance.phase.rawValue
            var text: StyledText = "  \(instance.id, .bold)  \(state, look)"
            text += "\("  on \(instance.node)", .dim)"
            if instance.restarts > 0 { text += "  \(Words.count(instance.restarts, "restart"))" }
            if let status = instance.exitStatus { text += "  \(status.text)" }
            let limits = instance.limits.map(\.text).joined(separator: ", ")
            let held: [StyledText] = showsInstances && !limits.isEmpty ? ["    \("limits", .dim) \(limits)"] : []
            let message = instance.message.map { ControlSequences.removed(from: $0) }
            guard let message, !message.isEmpty else { return [text] + held }
            let lines = message.split(separator: "\n").map { "    \(format.glyphs.rule, .dim) \($0)" as StyledText }
            return [text] + held + lines
        }
    }

    private static func look(_ health: ServiceStatus.Health) -> Look {
        switch health {
        case .healthy, .completed: .green
        case .degraded, .mixed, .unrecorded: .yellow
        case .down, .missing: .red
        case .stopped: .dim
        }
    }
}
