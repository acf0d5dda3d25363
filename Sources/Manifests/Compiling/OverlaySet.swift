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

/// Overlays that are laid over nothing.
extension ManifestDecoder {
    /// What a manifest lacks when it was meant to be laid over another.
    private static let lacks: Set<DiagnosticCode> = [.missingField, .needsCommand, .oneOf]

    /// Whether the diagnostics from `start` on say that a document is not a whole manifest.
    func isPartial(since start: Int) -> Bool {
        diagnostics[start...].contains { Self.lacks.contains($0.code) }
    }

    /// Says once that there is nothing to lay a document over, in place of all that it lacks for that reason.
    mutating func reportLone(_ resource: DecodedResource, known: Set<ResourceAddress>, since start: Int) {
        let kept = diagnostics[start...].filter { !Self.lacks.contains($0.code) }
        diagnostics.replaceSubrange(start..., with: kept)
        let address = resource.resource.address
        let names = known.filter { $0.kind == address.kind }.map(\.name).sorted()
        let near = Suggestion.nearest(address.name, in: names)
        diagnostics.append(
            Diagnostic(
                .undefinedReference,
                "no \(address.kind.manifestName) `\(address.name)` to overlay",
                at: resource.place.name,
                help: [
                    near.map { Help("did you mean `\($0)`?", edits: [TextEdit(resource.place.name, $0)]) }
                        ?? Help("declare it in a manifest, or complete it here: then it stands for itself")
                ]
            )
        )
    }
}
