/// How a service's replica count follows its load.
package struct ScalePolicy: Sendable, Hashable {
    package var min = 1
    package var max = 1
    package var metric = ScaleMetric.cpu
    /// The value of the metric per instance that scaling aims at: percent of a CPU, bytes, connections, or the number
    /// that the command prints.
    package var target: String?
    package var command: [String]?
    /// The time over which the highest recommendation is kept before scaling down.
    package var window = Duration.seconds(300)

    package init() {}
}

extension ScalePolicy: CanonicalRecord {
    package static let fields: [CanonicalField<ScalePolicy>] = [
        .init("min", \.min),
        .init("max", \.max),
        .init("metric", \.metric),
        .init("target", \.target),
        .init("command", \.command),
        .init("window", \.window),
    ]
}

/// What scaling measures.
package enum ScaleMetric: String, CanonicalEnum {
    case cpu
    case memory
    case connections
    case command
}
