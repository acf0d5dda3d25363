import ResourceModel

/// Something of the machine that a sandbox is to show, found again by a path that nothing may lead elsewhere.
///
/// It is opened where the project's own state is not there any more, without following a symbolic link: what instances
/// do to files and links meanwhile makes a start fail, and never shows them something else.
package struct StagedSource: Sendable, Hashable {
    /// Absolute and without symbolic links.
    package var path = ""
    /// What is meant below it, empty for the path itself.
    ///
    /// Symbolic links are followed as long as they stay below.
    package var beneath = ""
    /// Whether it is among the agent's files, as volumes are.
    package var isOwn = false
    package var isWritable = false

    package init() {}

    package init(_ path: String, beneath: String = "", isOwn: Bool = false, isWritable: Bool = false) {
        self.path = path
        self.beneath = beneath
        self.isOwn = isOwn
        self.isWritable = isWritable
    }
}

extension StagedSource: CanonicalRecord {
    package static let fields: [CanonicalField<StagedSource>] = [
        .init("path", \.path),
        .init("beneath", \.beneath),
        .init("isOwn", \.isOwn),
        .init("isWritable", \.isWritable),
    ]
}
