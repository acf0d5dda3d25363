import ResourceModel
import StateStores

/// One revision: how it went, and what it declared otherwise than the one before.
package struct RevisionView: Sendable {
    package var revision: Revision
    /// The revision before; nil: there is none.
    package var earlier: Revision?
    package var now: Timestamp

    package init(_ revision: Revision, after earlier: Revision?, now: Timestamp) {
        self.revision = revision
        self.earlier = earlier
        self.now = now
    }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        var lines: [StyledText] = [
            StyledText("revision \(revision.number)", .bold) + "  " + HistoryView.outcome(revision.outcome)
        ]
        let took = revision.finishedAt.map { ", took " + Words.elapsed($0.since(revision.startedAt)) } ?? ""
        let age = Words.age(now.since(revision.startedAt))
        var facts: [(String, String)] = [
            ("started", "\(revision.startedAt.minute) UTC, \(age) ago\(took)"), ("by", revision.author),
            ("changes", revision.summary), ("plan", String(revision.plan.prefix(12))),
        ]
        facts += revision.scalings.map { ("scaled", $0.text) }
        facts += revision.failures.map { ("failed", "\($0.address): \($0.message)") }
        for (name, value) in facts {
            lines += ("  " + StyledText(name, .dim).padded(to: 7) + "  " + StyledText(value))
                .wrapped(to: format.proseWidth, indent: 11)
        }
        lines.append("")
        lines += declared()
        return lines
    }

    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }

    /// What it declared, each with the sign of what that is beside the revision before.
    private func declared() -> [StyledText] {
        let own = revision.declared
        let before = Dictionary(earlier?.declared.map { ($0.address, $0.text) } ?? []) { $1 }
        let gone = Set(before.keys).subtracting(own.map(\.address)).sorted()
        guard !own.isEmpty || !gone.isEmpty else { return ["It declared nothing."] }
        let title =
            own.isEmpty
            ? "It declared nothing any more"
            : "It declared \(Words.count(own.count, "resource"))"
        var lines = [StyledText(title + (earlier.map { ", beside revision \($0.number):" } ?? ":"), .bold)]
        var unchanged = 0
        for entry in own {
            let address = StyledText("\(entry.address)")
            switch before[entry.address] {
            case nil: lines.append("  \("+", Look.green.strong) " + address)
            case entry.text: unchanged += 1
            default: lines.append("  \("~", Look.yellow.strong) " + address)
            }
        }
        lines += gone.map { "  \("-", Look.red.strong) \("\($0)")" }
        if unchanged > 0 {
            lines.append(StyledText("    # (\(Words.count(unchanged, "unchanged resource")) hidden)", .dim))
        }
        return lines
    }
}

extension Revision {
    /// What it declared, in the order of addresses; what this version cannot read is left out.
    var declared: [(address: ResourceAddress, text: CanonicalText)] {
        desired.compactMap { text in (try? text.decoded(Resource.self)).map { ($0.address, text) } }
            .sorted { $0.0 < $1.0 }
    }
}
