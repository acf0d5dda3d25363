import SourceDiagnostics
import YAMLDocuments

/// Comments of the Compose file, at the places that became of theirs.
extension ManifestWriter {
    /// What stands at a line of the Compose file.
    func noted(_ place: ComposeComments.Place) -> [YAMLComment] {
        let notes = source?.notes[place]
        return (notes?.above ?? []) + (notes?.behind ?? []) + (notes?.below ?? [])
    }

    /// Whether something inside of a value has a comment of its own, for which there is no place on one line.
    func hasNotes(_ value: ManifestValue) -> Bool {
        guard source != nil else { return false }
        return switch value {
        case .list(let items, _): items.contains { hasNotes($0.origin) || hasNotes($0.value) }
        case .map(let entries, _): entries.contains { hasNotes($0.origin) || hasNotes($0.value) }
        default: false
        }
    }

    private func hasNotes(_ origin: SourceRange?) -> Bool {
        guard let source, let place = source.place(origin) else { return false }
        return source.notes[place] != nil && !isTold(place)
    }
}
