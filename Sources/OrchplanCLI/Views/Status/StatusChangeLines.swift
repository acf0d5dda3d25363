import ResourceModel

/// A line for each service at first, then one for each change: for logs and pipes.
struct StatusChangeLines: Sendable {
    private var shown: [ResourceAddress: StyledText] = [:]
    private var width = 0

    /// The lines that a report adds: `2026-11-21T06:42:00Z  web  degraded  2/3  web.1: exit 1`.
    mutating func handle(_ report: StatusReport) -> [StyledText] {
        let time = StyledText(report.now.text.prefix(19) + "Z", .dim)
        width = max(width, report.services.map { StyledText($0.address.name).width }.max() ?? 0)
        var lines: [StyledText] = []
        let addresses = Set(report.services.map(\.address))
        for address in shown.keys.sorted() where !addresses.contains(address) {
            shown[address] = nil
            lines.append(time + "  " + StyledText(address.name, .bold).padded(to: width) + "  gone")
        }
        for service in report.services {
            let state = Self.state(service)
            guard shown[service.address] != state else { continue }
            shown[service.address] = state
            lines.append(time + "  " + StyledText(service.address.name, .bold).padded(to: width) + "  " + state)
        }
        return lines
    }

    /// Everything about a service that does not change by the passing of time alone.
    private static func state(_ service: ServiceStatus) -> StyledText {
        var text: StyledText = "\(service.word, service.look)"
        if service.health != .completed { text += "  \(service.healthy)/\(service.desired)" }
        if service.restarts > 0 { text += "  \(Words.count(service.restarts, "restart"))" }
        if let notice = service.notice { text += "  \(notice)" }
        let troubles = service.instances.compactMap { instance in
            instance.trouble.map { "\(instance.shortName): \($0.reason)" }
        }
        return troubles.isEmpty ? text : text + "\("  " + Words.list(troubles, limit: 3), .yellow)"
    }
}
