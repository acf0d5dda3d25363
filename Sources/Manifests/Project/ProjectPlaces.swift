import SourceDiagnostics
import YAMLDocuments

/// Where the project file says what a fault without a place is about.
package struct ProjectPlaces: Sendable {
    private let settings: ProjectSettings
    private let file: SourceID

    /// - Parameter file: The project file among the sources of a run.
    package init(_ settings: ProjectSettings, in file: SourceID) {
        self.settings = settings
        self.file = file
    }

    /// The fault with the place of the field whose path it is about; as it is where that is not written.
    package func placed(_ fault: Diagnostic, of field: String?) -> Diagnostic {
        guard fault.primary == nil, let field, let range = range(of: field) else { return fault }
        var fault = fault
        fault.primary = Label(range)
        return fault
    }

    /// The fault with the place of the manifests or overlays that it is about.
    ///
    /// - Parameter path: Absolute.
    package func placed(_ fault: Diagnostic, about path: String?) -> Diagnostic {
        guard fault.primary == nil, let path else { return fault }
        var field: String?
        if !settings.manifestsAreGiven, let index = settings.manifests.firstIndex(of: path) {
            field = "manifests[\(index)]"
        } else if let name = settings.environment, let index = settings.overlays.firstIndex(of: path) {
            field = "environments.\(name).overlays[\(index)]"
        }
        return placed(fault, of: field)
    }

    private func range(of field: String) -> SourceRange? {
        guard let source = settings.file else { return nil }
        let stream = YAMLReader.read(file: source, id: file, range: 0..<source.count)
        return stream.documents.first?
            .withRoot { root in
                let start = SourceRange(file: file, start: 0, end: 0)
                let site = Site(name: "", nameRange: start, base: root)
                return site.gives(field) ? site.range(field) : nil
            }
    }
}
