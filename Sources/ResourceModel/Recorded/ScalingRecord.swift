/// One decision of the autoscaler that a revision carried out.
package struct ScalingRecord: Sendable, Hashable {
    package var address = ResourceAddress(.service, "")
    package var from = 0
    package var to = 0
    /// What the load was: `cpu 91 %, target 60 %`.
    package var reason = ""

    package init() {}

    package init(address: ResourceAddress, from: Int, to: Int, reason: String) {
        self.address = address
        self.from = from
        self.to = to
        self.reason = reason
    }
}

extension ScalingRecord: CanonicalRecord {
    package static let fields: [CanonicalField<ScalingRecord>] = [
        .init("address", \.address), .init("from", \.from), .init("reason", \.reason), .init("to", \.to),
    ]
}

/// A change of one resource that a revision tried and did not get through.
///
/// A loop must not try the same again by itself: what it needs to know is which definition it was.
package struct ChangeFailure: Sendable, Hashable {
    package var address = ResourceAddress(.service, "")
    /// The definition that was tried; nil: the resource was to go.
    package var fingerprint: Fingerprint?
    package var outcome = RevisionOutcome.failed
    package var message = ""

    package init() {}

    package init(address: ResourceAddress, fingerprint: Fingerprint?, outcome: RevisionOutcome, message: String) {
        self.address = address
        self.fingerprint = fingerprint
        self.outcome = outcome
        self.message = message
    }
}

extension ChangeFailure: CanonicalRecord {
    package static let fields: [CanonicalField<ChangeFailure>] = [
        .init("address", \.address), .init("fingerprint", \.fingerprint), .init("outcome", \.outcome),
        .init("message", \.message),
    ]
}
