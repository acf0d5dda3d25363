/// How a rollout goes from batch to batch.
///
/// Defaults are SwarmKit's (api/defaults/service.go).
package struct UpdatePolicy: Sendable, Hashable {
    /// Instances replaced at a time.
    package var batch = BatchSize.count(1)
    /// The pause after a batch.
    package var delay = Duration.zero
    /// How long a new instance is watched after it is running; a failure in this time counts.
    package var monitor = Duration.seconds(5)
    /// The share of failed instances that is tolerated; a rollout fails when failures / replaced > ratio.
    package var maxFailureRatio = 0.0
    package var onFailure = FailureAction.pause
    package var order = UpdateOrder.stopFirst

    package init() {}
}

extension UpdatePolicy: CanonicalRecord {
    package static let fields: [CanonicalField<UpdatePolicy>] = [
        .init("batch", \.batch),
        .init("delay", \.delay),
        .init("monitor", \.monitor),
        .init("maxFailureRatio", \.maxFailureRatio),
        .init("onFailure", \.onFailure),
        .init("order", \.order),
    ]
}

/// What a failed rollout does.
package enum FailureAction: String, CanonicalEnum {
    case pause
    case `continue`
    case rollback
}

/// Whether the old instance stops before the new one starts.
package enum UpdateOrder: String, CanonicalEnum {
    case stopFirst
    case startFirst
}
