import ResourceModel

/// How the services are: a table, below it what needs attention and why, and a line that sums up.
package struct StatusView: Sendable {
    package var report: StatusReport
    /// Whether every instance is listed.
    package var showsInstances: Bool
    /// Whether all that is known of each service is shown instead of a table.
    package var showsDetails: Bool
    /// Whether the last lines of troubled instances are shown; they are the first to go where room is short.
    var showsLogs = true

    package init(_ report: StatusReport, showsInstances: Bool = false, showsDetails: Bool = false) {
        self.report = report
        self.showsInstances = showsInstances
        self.showsDetails = showsDetails
    }

    private static let published = 7

    package func lines(_ format: ViewFormat) -> [StyledText] {
        let body =
            if report.services.isEmpty {
                ["No services. \("orchplan apply", .bold) starts what the manifests declare." as StyledText]
            } else if showsDetails {
                details(format)
            } else { overview(format) }
        let ending = self.ending(format)
        return ending.isEmpty ? body : body + [""] + ending
    }

    /// The lines at the end that sum up.
    func ending(_ format: ViewFormat) -> [StyledText] {
        let ending = StatusEnding(report)
        return report.services.isEmpty || showsDetails ? ending.remarks(format) : ending.lines(format)
    }

    private func details(_ format: ViewFormat) -> [StyledText] {
        var lines: [StyledText] = []
        for service in report.services {
            if !lines.isEmpty { lines.append("") }
            lines += ServiceDetailView(service, report, showsLogs: showsLogs).lines(format)
        }
        return lines
    }

    private func overview(_ format: ViewFormat) -> [StyledText] {
        let table = table(format)
        let rows = table.lines(format)
        // What the table has no room for stands below it; nothing is said twice.
        let showsPublished = table.shows(format)[Self.published]
        let details = zip(report.services, rows.dropFirst())
            .flatMap { service, row -> [StyledText] in
                var lines: [StyledText] = []
                if !showsPublished {
                    lines += service.ports.compactMap(\.outside).map { "  \(service.address.name, .bold)  \($0)" }
                }
                if let notice = service.notice, !row.plain.contains(StyledText(notice).plain) {
                    lines += ("  \(service.address.name, .bold)  \(notice)" as StyledText)
                        .wrapped(to: format.width, indent: 4)
                }
                return lines + TroubleView(service, showsLogs: showsLogs).lines(format)
            }
        let instances =
            showsInstances ? InstanceTable(report.services.flatMap(\.instances), report.now).lines(format) : []
        let nodes = NodeTable(report).lines(format)
        return [rows, instances, details, nodes].filter { !$0.isEmpty }.reduce([]) { $0.isEmpty ? $1 : $0 + [""] + $1 }
    }

    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }

    private func table(_ format: ViewFormat) -> Table {
        let showsImages = report.services.contains { $0.spec?.image != nil }
        var table = Table(
            [
                Table.Column(""), Table.Column("SERVICE", minimum: 10, cutsMiddle: true), Table.Column("STATE"),
                Table.Column("HEALTHY", right: true), Table.Column("RUNNING", right: true, priority: 1),
                Table.Column("RESTARTS", right: true, priority: 4), Table.Column("REVISION", right: true, priority: 2),
                Table.Column("PUBLISHED", priority: 6), Table.Column("ADDRESS", priority: 3),
                Table.Column("LAST EVENT", priority: 5, minimum: 24),
            ] + (showsImages ? [Table.Column("IMAGE", priority: 0, minimum: 16, cutsMiddle: true)] : [])
        )
        for service in report.services {
            let isUp = service.healthy > 0 && service.healthy >= service.desired || service.health == .completed
            let image = showsImages ? [StyledText(service.spec?.image ?? "", .dim)] : []
            table.add(
                [
                    StyledText(isUp ? format.glyphs.filledDot : format.glyphs.emptyDot, service.look),
                    StyledText(service.address.name, .bold), StyledText(service.word, service.look),
                    StyledText(service.health == .completed ? "done" : "\(service.healthy)/\(service.desired)"),
                    StyledText("\(service.running)"),
                    StyledText("\(service.restarts)", service.restarts > 0 ? .yellow : .plain),
                    StyledText(service.revision.map { "\($0)" } ?? "-"),
                    StyledText(service.ports.compactMap(\.outside).joined(separator: ", ")),
                    StyledText(service.ports.map(\.inside).joined(separator: ", "), .dim), lastEvent(service, format),
                ] + image
            )
        }
        return table
    }

    /// What is to know of it as a whole, or what happened last and how long ago.
    private func lastEvent(_ service: ServiceStatus, _ format: ViewFormat) -> StyledText {
        if let notice = service.notice { return StyledText(notice) }
        guard let event = service.events.last else { return StyledText() }
        let age = StyledText(Words.age(report.now.since(event.time))).padded(to: 3, right: true)
        let text = age + "\(" ago  \(event.words(in: service.address.name))", .dim)"
        // Whatever an event holds, it is not to push out columns that are sure to be worth reading.
        return text.clipped(to: format.width.map { max(24, $0 / 3) }, ellipsis: format.glyphs.ellipsis)
    }
}

extension ServiceStatus {
    /// The state as people read it.
    var word: String {
        if troubles.contains(where: { $0.kind == .crashLoop }) { return "crash loop" }
        if health == .mixed, isAtWork { return "updating" }
        return health.rawValue
    }

    var look: Look {
        switch health {
        case .healthy, .completed: troubles.contains { $0.look == .red } ? .yellow : .green
        case .degraded, .mixed, .unrecorded, .starting: .yellow
        case .down, .missing: .red
        case .stopped: .dim
        }
    }
}

extension StatusEvent {
    /// `web.2 healthy`, without line breaks and colours of others; of the service itself what happened alone.
    func words(in service: String) -> String {
        let what = ControlSequences.removed(from: text).split(whereSeparator: \.isNewline).joined(separator: " ")
        return subject == service ? what : "\(InstanceName(subject)?.short ?? subject) \(what)"
    }
}
