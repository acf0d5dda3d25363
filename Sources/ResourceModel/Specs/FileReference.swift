/// A secret or config as a file inside the instances.
package struct FileReference: Sendable, Hashable {
    /// The name of the Secret or Config resource.
    package var source = ""
    /// The path inside the instance; nil: `/run/secrets/NAME` for a secret, `/NAME` for a config, as Compose does.
    package var target: String?
    package var uid: String?
    package var gid: String?
    package var mode: FileMode?
    /// The immutable object that holds the content; set by pinning, before planning compares anything.
    package var object: String?

    package init() {}

    package init(source: String, target: String? = nil) {
        self.source = source
        self.target = target
    }
}

extension FileReference: CanonicalRecord {
    package static let fields: [CanonicalField<FileReference>] = [
        .init("source", \.source),
        .init("target", \.target),
        .init("uid", \.uid),
        .init("gid", \.gid),
        .init("mode", \.mode),
        .init("object", \.object),
    ]
}
