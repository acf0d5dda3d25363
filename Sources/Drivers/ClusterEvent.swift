import ResourceModel

/// Something that happened in a cluster, told as it happens.
package struct ClusterEvent: Sendable, Hashable {
    package enum Kind: String, CanonicalEnum {
        /// The stream has begun. What happened before is not told: whoever keeps a state looks at everything once.
        case opened
        /// The service, or an object where none is named, may have changed; several changes in a row may be one event.
        case changed
        /// A remark for people, about nothing that `changed` does not tell as well.
        case note
    }

    /// The service that it is about; nil: the cluster as a whole, or an object that is no service.
    package var service: String?
    package var kind: Kind
    /// For people: lowercase, no full stop, may be empty.
    package var text: String
    /// When, in milliseconds since 1970; a simulated cluster counts from its start.
    package var time: Int

    package init(service: String? = nil, kind: Kind, text: String = "", time: Int) {
        self.service = service
        self.kind = kind
        self.text = text
        self.time = time
    }
}
