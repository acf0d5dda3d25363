import Plans
import ResourceModel

extension PlanView {
    /// What the cluster does otherwise than recorded; empty when nothing.
    func drift(_ format: ViewFormat) -> [StyledText] {
        guard !plan.drift.isEmpty else { return [] }
        var lines: [StyledText] = [StyledText("The cluster differs from what was applied last:", .bold)]
        for item in plan.drift {
            let end = item.isRepaired ? " (this plan puts it right)" : " (this plan leaves it so)"
            let text: StyledText = "  \("~", .yellow) \(item.address): \(item.description)\(end, .dim)"
            lines += text.wrapped(to: format.proseWidth, indent: 4)
        }
        return lines
    }

    /// Which changes may be in flight together; nothing when there is one batch alone.
    func batches(_ format: ViewFormat) -> [StyledText] {
        guard plan.batchCount > 1 else { return [] }
        var lines: [StyledText] = [StyledText("Order, each batch healthy before the next starts:", .bold)]
        let digits = "\(plan.batchCount)".count
        let all = Dictionary(grouping: plan.steps, by: \.batch)
        let shown = plan.batchCount <= Self.mostBatches ? plan.batchCount : Self.mostBatches - 1
        for number in 0..<shown {
            let list = Self.names(all[number] ?? [], limit: shown > 6 ? 3 : 8)
            let count = StyledText("\(number + 1)").padded(to: digits, right: true)
            let text = "  Batch " + count + ": " + StyledText(list)
            lines += text.wrapped(to: format.proseWidth, indent: 10 + digits)
        }
        if shown < plan.batchCount {
            lines.append(StyledText("  \(format.glyphs.ellipsis) and \(plan.batchCount - shown) more batches", .dim))
        }
        return lines
    }

    /// The addresses; destructions apart, because they are what a reader looks for.
    private static func names(_ steps: [PlanStep], limit: Int) -> String {
        let (kept, gone) = (steps.filter { !$0.isRemoval }, steps.filter(\.isRemoval))
        func list(_ names: [String]) -> String {
            names.count > limit + 1 ? Words.list(names, limit: limit) : names.joined(separator: ", ")
        }
        let going = list(gone.map { $0.action == .retire ? $0.objectName ?? "\($0.address)" : "\($0.address)" })
        return [list(kept.map { "\($0.address)" }), gone.isEmpty ? "" : "destroy " + going]
            .filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private static let mostBatches = 20
    private static let mostServices = 20

    /// How many healthy instances each service keeps; services that are not touched by a rollout are not in it.
    func forecast(_ format: ViewFormat) -> [StyledText] {
        let services = Self.byLoss(plan.forecast)
        guard !services.isEmpty else { return [] }
        let shown = services.count <= Self.mostServices ? services : Array(services.prefix(Self.mostServices - 1))
        var table = Table(
            [
                Table.Column("SERVICE", minimum: 12, cutsMiddle: true),
                Table.Column("HEALTHY NOW", right: true, priority: 2),
                Table.Column("FEWEST", right: true),
                Table.Column("WANTED", right: true),
                Table.Column("AT LEAST", right: true, priority: 1),
                Table.Column("", priority: 0),
            ],
            indent: 2
        )
        for service in shown {
            table.add([
                StyledText("\(service.address)"), StyledText("\(service.healthyBefore)"),
                StyledText("\(service.fewestHealthy)", Self.isDown(service) ? Look.yellow.strong : .plain),
                StyledText("\(service.desired)"), StyledText(Self.atLeast(service.minimumDuration)),
                StyledText(Self.isDown(service) ? "none healthy for a while" : "", .yellow),
            ])
        }
        var lines: [StyledText] = [StyledText("Forecast, if nothing fails:", .bold)] + table.lines(format)
        if shown.count < services.count {
            let rest = Words.count(services.count - shown.count, "more service")
            lines.append(StyledText("  \(format.glyphs.ellipsis) and \(rest) that lose no more than these", .dim))
        }
        return lines
    }

    /// A time that is known beforehand; where nothing waits for a time there is none to tell.
    static func atLeast(_ duration: Duration) -> String {
        duration >= .seconds(1) ? Words.elapsed(duration) : duration > .zero ? "<1s" : "-"
    }

    /// The services that lose most first, otherwise in the plan's order.
    static func byLoss(_ forecast: Forecast) -> [ServiceForecast] {
        forecast.services.enumerated()
            .sorted { (-loss($0.element), $0.offset) < (-loss($1.element), $1.offset) }
            .map(\.element)
    }

    private static func loss(_ service: ServiceForecast) -> Int { service.healthyBefore - service.fewestHealthy }

    private static func isDown(_ service: ServiceForecast) -> Bool {
        service.fewestHealthy == 0 && service.healthyBefore > 0 && service.desired > 0
    }

    /// What the checker says, each with its help.
    func findings(_ format: ViewFormat) -> [StyledText] {
        var lines: [StyledText] = []
        for finding in plan.findings {
            let look: Look =
                switch finding.severity {
                case .error: .red
                case .warning: .yellow
                case .note: .cyan
                }
            let label = StyledText("\(finding.severity.rawValue)[\(finding.code)]", look.strong)
            // Most messages name their resource in the sentence.
            let isNamed = finding.message.contains(finding.address.description)
            let head = label + (isNamed ? ": \(finding.message)" : ": \(finding.address, .bold): \(finding.message)")
            lines += head.wrapped(to: format.proseWidth, indent: 4)
            if let help = finding.help {
                lines += ("    \("help:", .bold) " + StyledText(help)).wrapped(to: format.proseWidth, indent: 10)
            }
        }
        return lines
    }

    /// The counts, or that there is nothing to do.
    func closing(_ format: ViewFormat) -> [StyledText] {
        guard !plan.steps.isEmpty else {
            guard !plan.options.destroy else {
                return ["\("No changes.", Look.green.strong) There is nothing to destroy."]
            }
            let known = plan.unchangedCount - plan.unread.count
            let asDeclared = StyledText(Words.count(known, "other resource") + " as declared.", .dim)
            guard plan.unread.isEmpty else {
                let names = Words.list(plan.unread.map(\.description), limit: 4)
                let text = "Whether \(names) changed is not known; nothing else is to be done."
                return ["\("Could not tell.", Look.yellow.strong) \(text)"] + (known > 0 ? [asDeclared] : [])
            }
            let isSame = plan.drift.allSatisfy(\.isRepaired)
            let claim = isSame ? "Your system matches the manifests." : "What is recorded matches the manifests."
            var lines: [StyledText] = ["\("No changes.", Look.green.strong) \(claim)"]
            if plan.unchangedCount > 0 {
                lines.append(StyledText(Words.count(plan.unchangedCount, "resource") + " as declared.", .dim))
            }
            return lines
        }
        let summary = plan.summary
        let counts = "\(summary.add) to add, \(summary.change) to change, \(summary.destroy) to destroy."
        var lines: [StyledText] = ["\("Plan:", .bold) \(counts)"]
        let records = plan.steps.count { $0.action == .record || $0.action == .forget }
        if records > 0 {
            lines.append(
                StyledText(
                    "\(Words.count(records, "step")) only \(records == 1 ? "changes" : "change") the record.",
                    .dim
                )
            )
        }
        if tellsExecution, plan.forecast.minimumDuration >= .seconds(1) {
            let time = Words.elapsed(plan.forecast.minimumDuration)
            let batches = Words.count(plan.batchCount, "batch", "batches")
            lines.append(StyledText("Takes at least \(time), in \(batches) of at most \(plan.options.batch).", .dim))
        }
        return lines
    }
}
