import ResourceModel

/// Everything that compiling depends on.
package struct CompileRequest: Sendable {
    package var project: String
    /// The project's directory, absolute: files that manifests name are below it.
    package var root: String
    /// The file of the recorded state, absolute, which no manifest may name; nil: nothing is known of it.
    package var state: String?
    /// Files and directories, absolute, or `-` for standard input.
    package var paths: [String]
    /// What the paths lead to, where that was looked for already; nil: it is looked for.
    package var list: ManifestList?
    /// Whether a person gave the paths: those may be anywhere, while the project's own stay below its directory.
    package var pathsAreGiven = true
    /// Files and directories with partial documents, in the order in which they are laid on.
    package var overlays: [String] = []
    package var variables = VariableResolver()
    /// What the driver can do; nil: nothing is said about the driver.
    package var capabilities: Capabilities?
    package var files: any ManifestFiles = DiskFiles()
    /// What shown paths are relative to: the working directory, absolute.
    package var shownRelativeTo: String
    /// How many pieces are worked on at the same time; nil: one for each core.
    package var parallelism: Int?

    package init(project: String, root: String, paths: [String]) {
        self.project = project
        self.root = root
        self.paths = paths
        shownRelativeTo = root
    }

    /// The request of a run with these settings.
    package init(_ settings: ProjectSettings, workingDirectory: String, capabilities: Capabilities? = nil) {
        self.init(project: settings.project, root: settings.root, paths: settings.manifests)
        state = settings.state
        pathsAreGiven = settings.manifestsAreGiven
        overlays = settings.overlays
        variables = settings.variables
        shownRelativeTo = workingDirectory
        self.capabilities = capabilities
    }
}
