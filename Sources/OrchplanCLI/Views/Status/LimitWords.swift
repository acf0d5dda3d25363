import ResourceModel

/// What an instance may use at most, and what holds it to that.
enum LimitWords {
    /// What holds running instances to their limits, as the driver reports it; instances that differ are told apart.
    static func text(_ instances: [InstanceStatus]) -> StyledText? {
        var kinds: [[HeldLimit]] = []
        for limits in instances.map(\.observed.limits) where !limits.isEmpty && !kinds.contains(limits) {
            kinds.append(limits)
        }
        guard !kinds.isEmpty else { return nil }
        let texts = kinds.map { limits in
            StyledText.joined(limits.map { StyledText($0.text, $0.mechanism == nil ? .yellow : .plain) }, ", ")
        }
        return .joined(texts, "; or ")
    }

    /// All limits, and those reasons for which the driver does not keep them.
    static func text(_ limits: ResourceLimits, unsupported: [UnsupportedField]) -> StyledText {
        let all: [(path: String, text: String?)] = [
            ("cpus", limits.cpus.map { "\($0.text) CPUs" }), ("memory", limits.memory.map { "\($0.text) memory" }),
            ("pids", limits.pids.map { Words.count($0, "process", "processes") }),
        ]
        let given = all.compactMap { limit in limit.text.map { (path: limit.path, text: $0) } }
        var text = StyledText(Words.list(given.map(\.text)))
        var told: Set<String> = []
        for field in unsupported where field.kind == .service && told.insert(field.reason).inserted {
            let ignored = given.filter { isBelow("resources.limits.\($0.path)", field.path) }
            guard !ignored.isEmpty else { continue }
            let which = ignored.count == given.count ? "" : "\(Words.list(ignored.map(\.text))): "
            text += "\("; \(which)\(field.reason)", .yellow)"
        }
        return text
    }

    private static func isBelow(_ path: String, _ parent: String) -> Bool {
        path == parent || path.hasPrefix(parent + ".")
    }
}
