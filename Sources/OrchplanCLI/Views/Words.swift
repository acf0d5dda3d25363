/// Small pieces of language that several views share.
package enum Words {
    /// `1 instance`, `3 instances`.
    package static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// `a`, `a and b`, `a, b and c`.
    package static func list(_ items: [String]) -> String {
        guard items.count > 1, let last = items.last else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }

    /// The first few of many: `a, b, c and 4 more`.
    package static func list(_ items: [String], limit: Int) -> String {
        guard items.count > limit + 1 else { return list(items) }
        return items.prefix(limit).joined(separator: ", ") + " and \(items.count - limit) more"
    }

    /// How long something took or has been going on, in whole seconds: `12s`, `1m05s`, `2h03m`.
    package static func elapsed(_ duration: Duration) -> String {
        let seconds = max(0, duration.components.seconds)
        func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m\(padded(seconds % 60))s" }
        return "\(seconds / 3600)h\(padded(seconds / 60 % 60))m"
    }

    /// How long ago, in one unit: `12s`, `5m`, `3h`, `40d`.
    package static func age(_ duration: Duration) -> String {
        let seconds = max(0, duration.components.seconds)
        if seconds < 120 { return "\(seconds)s" }
        if seconds < 7200 { return "\(seconds / 60)m" }
        if seconds < 172_800 { return "\(seconds / 3600)h" }
        return "\(seconds / 86_400)d"
    }
}
