/// The value per instance that scaling aims at, in the unit of its metric.
package enum ScaleTarget {
    /// What holds for the processor when the manifest names no target, in percent of one CPU.
    package static let defaultCPU = 70.0

    /// Reads a target: percent of one CPU (`70` or `70%`), a size (`512MiB`), or a number; nil when it is none or not
    /// more than zero.
    ///
    /// - Returns: Percent, bytes, connections or the command's own unit.
    package static func value(_ text: String, of metric: ScaleMetric) -> Double? {
        let value: Double?
        switch metric {
        case .cpu: value = number(text.hasSuffix("%") ? text.dropLast() : text[...])
        case .memory: value = ByteCount(parsing: text).map { Double($0.bytes) }
        case .connections, .command: value = number(text[...])
        }
        guard let value, value > 0, value.isFinite else { return nil }
        return value
    }

    /// What a target of the metric looks like, for diagnostics.
    package static func example(of metric: ScaleMetric) -> String {
        switch metric {
        case .cpu: "a percentage of one CPU such as \"70%\""
        case .memory: "a size such as 512MiB"
        case .connections, .command: "a number such as \"100\""
        }
    }

    /// Decimal digits with at most one point: no exponent, no sign, nothing else that a number parser takes.
    private static func number(_ text: Substring) -> Double? {
        let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        guard isPlain, text.utf8.first != UInt8(ascii: "."), text.utf8.last != UInt8(ascii: ".") else { return nil }
        return Double(String(text))
    }
}

extension ScalePolicy {
    /// The target in the unit of the metric; nil when the policy names none that can be used.
    package var targetValue: Double? {
        guard let target else { return metric == .cpu ? ScaleTarget.defaultCPU : nil }
        return ScaleTarget.value(target, of: metric)
    }
}
