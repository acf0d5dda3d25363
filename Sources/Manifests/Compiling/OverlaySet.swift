import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// One partial document that is laid over the manifest of the same address.
struct OverlayDocument: Sendable {
    var document: YAMLDocument
    var file: SourceFile
    /// The directory below which its relative paths are.
    var directory: String
}

/// All overlays of a run, by the address that they belong to, in the order in which they are laid on.
struct OverlaySet: Sendable {
    var documents: [ResourceAddress: [OverlayDocument]] = [:]

    var isEmpty: Bool { documents.isEmpty }
}
