import ResourceModel

/// One field that a step changes.
package struct FieldChange: Sendable, Hashable {
    /// The path below `spec`, list items by name where they have one: `ports[http].published`.
    package var path: String
    /// Nil: not set.
    package var before: CanonicalValue?
    package var after: CanonicalValue?
    package var forcesReplacement: Bool
    /// Whether the values are keyed digests or otherwise not for showing; views print `(sensitive)`.
    package var isSensitive: Bool

    package init(
        path: String,
        before: CanonicalValue?,
        after: CanonicalValue?,
        forcesReplacement: Bool = false,
        isSensitive: Bool = false
    ) {
        self.path = path
        self.before = before
        self.after = after
        self.forcesReplacement = forcesReplacement
        self.isSensitive = isSensitive
    }
}

/// One way in which the cluster differs from the record.
package struct DriftItem: Sendable, Hashable {
    package var address: ResourceAddress
    package var description: String
    /// Whether a step of the plan repairs it.
    package var isRepaired: Bool

    package init(address: ResourceAddress, description: String, isRepaired: Bool) {
        self.address = address
        self.description = description
        self.isRepaired = isRepaired
    }
}

/// Something that the plan checker says about a plan.
package struct PlanFinding: Sendable, Hashable {
    /// `OP3001` and so on.
    package var code: String
    package var severity: PlanSeverity
    package var address: ResourceAddress
    package var message: String
    package var help: String?

    package init(
        code: String,
        severity: PlanSeverity,
        address: ResourceAddress,
        message: String,
        help: String? = nil
    ) {
        self.code = code
        self.severity = severity
        self.address = address
        self.message = message
        self.help = help
    }
}

/// Whether a finding stops the plan (error) or is said (warning, note).
package enum PlanSeverity: String, CanonicalEnum {
    case error
    case warning
    case note
}
