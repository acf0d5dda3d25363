import ResourceModel

/// The end of every status: how many services are well, who is at work, and whether anything has drifted.
struct StatusEnding {
    var report: StatusReport

    init(_ report: StatusReport) {
        self.report = report
    }

    func lines(_ format: ViewFormat) -> [StyledText] {
        summary.wrapped(to: format.width, indent: 2) + remarks(format)
    }

    private var summary: StyledText {
        let rest = report.services.filter { !$0.isWell }
        let all = Words.count(report.services.count, "service")
        let text: StyledText
        if rest.isEmpty, report.isOldCopy {
            text = "\("\(all) up,", .plain) \("the state is an old copy", Look.yellow.strong)."
        } else if rest.isEmpty, !report.drift.isEmpty {
            let count = report.drift.count
            let verb = count == 1 ? "is" : "are"
            text =
                "\("\(all) up,", .plain) \("\(Words.count(count, "resource")) \(verb) not as recorded", Look.yellow.strong)."
        } else if rest.isEmpty, let revision = report.interrupted {
            let verb = report.services.count == 1 ? "is" : "are"
            text =
                "\("\(all) \(verb) well,", .plain) \("revision \(revision) did not come to its end", Look.yellow.strong)."
        } else if rest.isEmpty {
            text = "\("All well:", Look.green.strong) \(all)."
        } else {
            let verb =
                switch (rest.allSatisfy(\.isChanging), rest.count == 1) {
                case (true, true): "is changing"
                case (true, false): "are changing"
                case (false, true): "needs attention"
                case (false, false): "need attention"
                }
            text = "\("\(rest.count) of \(all)", Look.yellow.strong) \(verb)."
        }
        return text
    }

    /// What else there is to know about the whole.
    func remarks(_ format: ViewFormat) -> [StyledText] {
        work(format) + oldCopy(format) + interruption(format) + drift(format) + copies(format)
    }

    /// Why no apply will be let in, and the ways out.
    private func oldCopy(_ format: ViewFormat) -> [StyledText] {
        guard report.isOldCopy else { return [] }
        let text: StyledText =
            "\("Old copy:", Look.yellow.strong) others have worked here since this state was copied; \(EpochRefusal.oldCopy.help)."
        return text.wrapped(to: format.width, indent: 2)
    }

    /// Who is changing things right now.
    private func work(_ format: ViewFormat) -> [StyledText] {
        guard let holder = report.holder else { return [] }
        let request = holder.request
        let time = Words.elapsed(report.now.since(holder.acquiredAt))
        let text = StyledText("\(request.holder) runs \(request.operation) (pid \(request.pid), for \(time)).", .cyan)
        return text.wrapped(to: format.width, indent: 2)
    }

    /// What an apply that is gone left undone.
    private func interruption(_ format: ViewFormat) -> [StyledText] {
        guard let revision = report.interrupted else { return [] }
        let text: StyledText =
            "\("Interrupted:", Look.yellow.strong) the \(report.interruptedCommand) of revision \(revision); "
        let advice: StyledText =
            report.interruptedCommand == "destroy"
            ? "go on with \("orchplan destroy", .bold), or back with \("orchplan apply", .bold)."
            : "see \("orchplan plan", .bold), and go on with \("orchplan apply", .bold)."
        return (text + advice).wrapped(to: format.width, indent: 2)
    }

    /// Objects of others that carry the labels of ours.
    private func copies(_ format: ViewFormat) -> [StyledText] {
        guard !report.copies.isEmpty else { return [] }
        let all = Words.list(
            report.copies.map { "\($0.address.kind.rawValue) \($0.name) (labels of \($0.address))" },
            limit: 2
        )
        let text: StyledText =
            "\("Not ours, with our labels:", Look.yellow.strong) \(all); see \("orchplan plan", .bold)."
        return text.wrapped(to: format.width, indent: 2)
    }

    /// One line about the drift, however much there is; none when there is none.
    private func drift(_ format: ViewFormat) -> [StyledText] {
        guard !report.drift.isEmpty else { return [] }
        let all = Words.list(report.drift.map { "\($0.address) \($0.text)" }, limit: 2)
        let text: StyledText = "\("Drift:", Look.yellow.strong) \(all); see \("orchplan plan", .bold)."
        return text.wrapped(to: format.width, indent: 2)
    }
}
