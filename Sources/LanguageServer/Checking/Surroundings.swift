import Manifests
import ResourceModel
import SourceDiagnostics

/// What the server looks at outside of itself.
package struct Surroundings: Sendable {
    /// The files of this machine.
    package var files: any ManifestFiles
    /// The process's environment, for variables in manifests.
    package var environment: [String: String]
    /// What was said when the server was started: environment, driver, variables.
    package var flags: ProjectSettings.Flags
    /// What a driver can do, by its name.
    package var capabilities: @Sendable (String) -> Capabilities?
    package var version: String

    package init(
        files: any ManifestFiles,
        environment: [String: String],
        flags: ProjectSettings.Flags = ProjectSettings.Flags(),
        version: String,
        capabilities: @escaping @Sendable (String) -> Capabilities?
    ) {
        self.files = files
        self.environment = environment
        self.flags = flags
        self.version = version
        self.capabilities = capabilities
    }
}
