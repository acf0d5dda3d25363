import Manifests
import ResourceModel

/// Everything that a conversion depends on.
package struct ConversionRequest: Sendable {
    /// A Compose file.
    package struct Input: Sendable, Hashable {
        /// Absolute, or `-` for standard input.
        package var path: String
        /// As people wrote it.
        package var shownAs: String

        package init(path: String, shownAs: String) {
            self.path = path
            self.shownAs = shownAs
        }
    }

    /// The files of the stack, in the order in which they are laid over each other.
    package var inputs: [Input]
    /// The directory that gets the project file, absolute.
    package var output: String
    /// The directory that relative paths of the Compose files count from, absolute: the first file's.
    package var base: String
    /// The name of the project; nil: that of the Compose file, else that of the output directory.
    package var project: String?
    /// `swarm` or `local`; nil: whichever fits.
    package var driver: String?
    /// Whether the stack runs already, so that its networks, volumes and secrets stay as they are.
    package var isRunning = false
    /// The profiles whose services are converted, too.
    package var profiles: Set<String> = []
    /// Values of variables, which the project file is to keep.
    package var values: [String: String] = [:]
    /// The environment of whoever converts, which only decides whether the result is right.
    package var environment: [String: String] = [:]
    /// What each driver can do.
    package var capabilities: [String: Capabilities] = [:]
    package var files: any ManifestFiles = DiskFiles()
    /// What shown paths are relative to, absolute.
    package var shownRelativeTo: String

    package init(inputs: [Input], output: String, base: String, shownRelativeTo: String) {
        self.inputs = inputs
        self.output = output
        self.base = base
        self.shownRelativeTo = shownRelativeTo
    }
}
