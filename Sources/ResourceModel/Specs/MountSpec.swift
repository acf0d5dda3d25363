/// Something that is mounted into every instance.
package struct MountSpec: Sendable, Hashable {
    package var type = MountType.volume
    /// The volume's name or the host path; nil for tmpfs and anonymous volumes.
    package var source: String?
    /// An absolute path inside the instance.
    package var target = ""
    package var readOnly = false
    package var options: SortedMap<String> = [:]
    /// The cluster's own name of a volume that somebody else owns; set by pinning.
    package var object: String?

    package init() {}

    package init(type: MountType, source: String?, target: String, readOnly: Bool = false) {
        self.type = type
        self.source = source
        self.target = target
        self.readOnly = readOnly
    }
}

extension MountSpec: CanonicalRecord {
    package static let fields: [CanonicalField<MountSpec>] = [
        .init("type", \.type),
        .init("source", \.source),
        .init("target", \.target),
        .init("readOnly", \.readOnly),
        .init("options", \.options),
        .init("object", \.object),
    ]
}

/// What kind of thing a mount is.
package enum MountType: String, CanonicalEnum {
    case volume
    case bind
    case tmpfs
}
