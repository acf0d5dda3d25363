/// What happens when an instance ends.
///
/// Defaults are SwarmKit's.
package struct RestartPolicy: Sendable, Hashable {
    package var condition = RestartCondition.any
    /// The wait before a restart; the local driver doubles it up to a cap while an instance keeps failing.
    package var delay = Duration.seconds(5)
    /// Restarts within `window` before giving up; nil: no limit.
    package var maxAttempts: Int?
    /// The time in which attempts are counted; nil: since the instance was created.
    package var window: Duration?

    package init() {}

    package init(condition: RestartCondition) {
        self.condition = condition
    }
}

extension RestartPolicy: CanonicalRecord {
    package static let fields: [CanonicalField<RestartPolicy>] = [
        .init("condition", \.condition),
        .init("delay", \.delay),
        .init("maxAttempts", \.maxAttempts),
        .init("window", \.window),
    ]
}

/// When an ended instance is started again.
package enum RestartCondition: String, CanonicalEnum {
    case none
    case onFailure
    case any
}
