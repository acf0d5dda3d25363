import ResourceModel

/// Something worth telling about an instance, a service, an object or the agent itself.
package struct AgentEvent: Sendable, Hashable {
    package enum Kind: String, CanonicalEnum {
        /// The stream has begun; what happened before is not told.
        case opened
        /// The service, or the object that is the subject, may have changed; several changes may be one event.
        case changed
        /// A remark for people.
        case note
    }

    /// In milliseconds since 1970.
    package var time = 0
    package var kind = Kind.note
    /// The service that it is about; nil where it is about none.
    package var service: String?
    /// An instance's id, an address, or `agent`.
    package var subject = ""
    package var text = ""

    package init() {}

    init(_ kind: Kind, service: String?, subject: String, text: String = "") {
        time = wallClockMilliseconds()
        self.kind = kind
        self.service = service
        self.subject = subject
        self.text = text
    }
}

extension AgentEvent: CanonicalRecord {
    package static let fields: [CanonicalField<AgentEvent>] = [
        .init("time", \.time),
        .init("kind", \.kind),
        .init("service", \.service),
        .init("subject", \.subject),
        .init("text", \.text),
    ]
}
