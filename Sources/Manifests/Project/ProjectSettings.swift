import SourceDiagnostics

/// What a run works with, after flags, environment, project file and defaults were weighed.
package struct ProjectSettings: Sendable {
    /// Settings as flags gave them; nil: not given.
    package struct Flags: Sendable {
        package var project: String?
        package var environment: String?
        package var driver: String?
        /// Where the cluster is; only for the swarm driver.
        package var host: String?
        package var state: String?
        /// Policy files beside the project's own.
        package var policies: [String] = []
        /// Files and directories; empty: not given.
        package var paths: [String] = []
        /// What `--var NAME=VALUE` gave.
        package var variables: [String: String] = [:]

        package init() {}
    }

    /// Who owns the resources: the project's name, with `@ENVIRONMENT` behind it where one was chosen.
    package var project: String
    /// The project's directory: that of the project file, else the working directory.
    package var root: String
    /// The name of the environment, if one was chosen.
    package var environment: String?
    package var driver: DriverSetting
    /// Whether a flag said where the cluster is.
    package var hostIsGiven = false
    /// The file of the recorded state, absolute.
    package var state: String
    /// The environment as flags say it, to be put behind a command that is shown: `" --env production"`.
    package var environmentFlag: String { environment.map { " --env \($0)" } ?? "" }
    /// Files and directories with manifests, absolute, or `-` for standard input.
    package var manifests: [String]
    /// Whether flags gave the manifests, and not the project.
    package var manifestsAreGiven = true
    /// What the project itself reads, absolute, whatever flags gave.
    package var ownManifests: [String] = []
    /// Files and directories with overlays, absolute.
    package var overlays: [String]
    package var variables: VariableResolver
    /// Policy files, absolute, with what they are called; all of them hold.
    package var policies: [(path: String, name: String)] = []
    /// Its ranges are in the project file.
    package var lint: LintSettings
    /// The project file itself, for excerpts.
    package var file: SourceFile?
    package var diagnostics: [Diagnostic] = []

    /// Weighs flags > `ORCHPLAN_*` > project file > defaults.
    ///
    /// Paths of flags are relative to the working directory, those of the project file to its own directory.
    /// - Parameters:
    ///   - environment: The process's environment variables.
    ///   - workingDirectory: Absolute.
    package static func resolve(
        flags: Flags,
        environment: [String: String],
        file: LoadedProject?,
        workingDirectory: String
    ) -> ProjectSettings {
        let root = file?.directory ?? workingDirectory
        let project = file?.project ?? ProjectFile()
        var diagnostics: [Diagnostic] = []
        let chosen = flags.environment ?? environment["ORCHPLAN_ENVIRONMENT"].flatMap(nonEmpty)
        var own = ProjectEnvironment()
        if let chosen {
            if let found = project.environments[chosen] {
                own = found
            } else {
                let known = project.environments.keys.sorted()
                let near = Suggestion.nearest(chosen, in: known) ?? Suggestion.completion(of: chosen, in: known)
                diagnostics.append(
                    Diagnostic(
                        .noEnvironment,
                        "the project has no environment `\(chosen)`",
                        at: nil as Label?,
                        notes: [
                            known.isEmpty
                                ? "orchplan.yaml declares none" : "environments: " + known.joined(separator: ", ")
                        ],
                        help: near.map { [Help("did you mean `\($0)`?")] } ?? []
                    )
                )
            }
        }
        let named = flags.driver ?? environment["ORCHPLAN_DRIVER"].flatMap(nonEmpty)
        var driver = own.driver ?? project.driver ?? DriverSetting()
        if let named, named != driver.name {
            driver = DriverSetting(name: named)
            if !DriverSetting.names.contains(named) { diagnostics.append(misnamedDriver(named)) }
        }
        if let host = flags.host { diagnostics += driver.goTo(host) }
        driver.anchor(at: root)
        let places = EnvironmentPlaces(project, chosen)
        let explicit = flags.state ?? environment["ORCHPLAN_STATE"].flatMap(nonEmpty)
        if explicit == nil, let other = places.sharesState(of: project) { diagnostics.append(other) }
        // A cluster that somebody only tries out must not overwrite the record of the real one.
        let configured = (own.driver ?? project.driver ?? DriverSetting()).name
        let state =
            explicit.map { PathRules.joined(workingDirectory, $0) }
            ?? PathRules.joined(root, places.state(tryingOut: driver.name == configured ? nil : driver.name))
        let ownManifests = (project.manifests ?? ["manifests"]).map { PathRules.joined(root, $0) }
        let manifests =
            flags.paths.isEmpty
            ? ownManifests
            : flags.paths.map { $0 == "-" ? $0 : PathRules.joined(workingDirectory, $0) }
        var variables = VariableResolver([
            .init("--var", flags.variables), .init("the environment", environment),
            .init("orchplan.yaml", own.variables), .init("orchplan.yaml", project.variables),
        ])
        variables.environment = environment
        let projectName = flags.project ?? environment["ORCHPLAN_PROJECT"].flatMap(nonEmpty) ?? project.project
        if projectName == nil, driver.name == "swarm" { diagnostics.append(namelessProject) }
        var policies: [(path: String, name: String)] = []
        if let path = project.policy { policies.append((PathRules.joined(root, path), path)) }
        // Whoever set the variable wants it to hold for whoever writes the command.
        let given = flags.policies + (environment["ORCHPLAN_POLICY"].map { [$0] } ?? [])
        for path in given { policies.append((PathRules.joined(workingDirectory, path), path)) }
        let name = projectName ?? sanitised(String(PathRules.name(root)))
        return ProjectSettings(
            project: chosen.map { "\(name)@\($0)" } ?? name,
            root: root,
            environment: chosen,
            driver: driver,
            hostIsGiven: flags.host != nil,
            state: state,
            manifests: manifests,
            manifestsAreGiven: !flags.paths.isEmpty,
            ownManifests: ownManifests,
            overlays: own.overlays.map { PathRules.joined(root, $0) },
            variables: variables,
            policies: policies,
            lint: project.lint ?? LintSettings(),
            file: file?.sources.files.first,
            diagnostics: diagnostics
        )
    }

    /// A name made of what a directory is called: other characters become dashes.
    package static func sanitised(_ name: String) -> String {
        var result = ""
        for byte in name.utf8.prefix(63) {
            let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || Digits.isDigit(byte)
            let isJoint = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            if isLetter || (isJoint && !result.isEmpty) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else if !result.isEmpty, !result.hasSuffix("-") {
                result += "-"
            }
        }
        while result.hasSuffix("-") { result.removeLast() }
        return result.isEmpty ? "default" : result
    }

    private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

    /// A cluster is shared: what a folder is called on one machine is no name for others to find the project by.
    private static let namelessProject = Diagnostic(
        .badProject,
        "the project has no name, which the swarm driver finds its objects by",
        at: nil as Label?,
        help: [Help("write `project: NAME` in orchplan.yaml, or set ORCHPLAN_PROJECT")]
    )

    private static func misnamedDriver(_ name: String) -> Diagnostic {
        Diagnostic(
            .badProject,
            "there is no driver `\(name)`",
            at: nil as Label?,
            notes: ["known: " + DriverSetting.names.joined(separator: ", ")],
            help: Suggestion.nearest(name, in: DriverSetting.names).map { [Help("did you mean `\($0)`?")] } ?? []
        )
    }
}
