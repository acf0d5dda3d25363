import ResourceModel

/// What is wrong with the instances of a service, in words, and what they printed last.
struct TroubleView {
    private struct Group {
        var names: [String]
        var trouble: InstanceTrouble
        var logs: [String]
    }

    private var groups: [Group] = []
    private static let most = 3

    /// Instances with the same trouble are told of once.
    init(_ service: ServiceStatus, showsLogs: Bool = true) {
        for instance in service.instances {
            guard let trouble = instance.trouble else { continue }
            let alike = groups.firstIndex { $0.trouble.kind == trouble.kind && $0.trouble.reason == trouble.reason }
            if let alike {
                groups[alike].names.append(instance.shortName)
            } else {
                let known = instance.logs.isEmpty ? Self.lastWords(instance) : instance.logs
                let logs = showsLogs ? known : []
                groups.append(Group(names: [instance.shortName], trouble: trouble, logs: logs))
            }
        }
    }

    /// The last line that the agent remembers, where it is not the reason that is told anyway.
    private static func lastWords(_ instance: InstanceStatus) -> [String] {
        guard instance.observed.exitStatus != nil, let message = instance.observed.message else { return [] }
        return message.split(whereSeparator: \.isNewline).map(String.init)
    }

    func lines(_ format: ViewFormat) -> [StyledText] {
        var lines = groups.prefix(Self.most)
            .flatMap { group -> [StyledText] in
                let names = Words.list(group.names, limit: 3)
                let head: StyledText = "  \(names, .bold)  \(group.trouble.text, group.trouble.look)"
                return head.wrapped(to: format.width, indent: 4) + group.logs.map { log($0, format) }
            }
        let rest = groups.count - Self.most
        if rest > 0 { lines.append("  \("\(format.glyphs.ellipsis) and \(Words.count(rest, "other trouble"))", .dim)") }
        return lines
    }

    private func log(_ line: String, _ format: ViewFormat) -> StyledText {
        ("    \(format.glyphs.rule, .dim) " + StyledText(ControlSequences.removed(from: line), .dim))
            .clipped(to: format.width, ellipsis: format.glyphs.ellipsis)
    }
}
