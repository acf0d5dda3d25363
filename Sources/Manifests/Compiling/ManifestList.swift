import SourceDiagnostics

/// The files that a run reads, without what is in them.
package struct ManifestList: Sendable {
    /// One file to read.
    package struct Entry: Sendable, Hashable {
        /// Absolute, or `-` for standard input.
        package var path: String
        /// As people are shown it.
        package var shownAs: String

        package var isStandardInput: Bool { path == "-" }
    }

    package var entries: [Entry]
    /// What is wrong with the paths themselves.
    package var diagnostics: [Diagnostic]

    /// The manifests of a project, its overlays included, or those that were given.
    package static func find(
        _ settings: ProjectSettings,
        workingDirectory: String,
        files: any ManifestFiles = DiskFiles()
    ) -> ManifestList {
        var discovery = Discovery(files: files, root: settings.root, shownRelativeTo: workingDirectory)
        let overlays = settings.manifestsAreGiven ? [] : settings.overlays
        discovery.addAll(settings.manifests + overlays, areGiven: settings.manifestsAreGiven)
        return ManifestList(entries: discovery.found, diagnostics: discovery.diagnostics)
    }
}
