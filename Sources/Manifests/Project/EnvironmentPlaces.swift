import SourceDiagnostics

/// Where an environment of a project keeps its recorded state.
///
/// Each environment is a system of its own: what one applies, another never finds in its record.
struct EnvironmentPlaces {
    /// The environment; nil: the project without one.
    private let name: String?
    /// The file that the project file names for it, if any.
    private let declared: String?

    init(_ project: ProjectFile, _ name: String?) {
        self.name = name
        declared = name.map { project.environments[$0]?.state } ?? project.state
    }

    /// The field that names the file, or the environment that needs one.
    var field: String {
        guard let name else { return "state" }
        return declared == nil ? "environments.\(name)#" : "environments.\(name).state"
    }

    /// The file of the recorded state, relative to the project's directory.
    ///
    /// - Parameter driver: The driver that is used instead of the configured one, which gets a record of its own.
    func state(tryingOut driver: String? = nil) -> String {
        let path = declared ?? name.map { ".orchplan/environments/\($0)/state.db" } ?? ".orchplan/state.db"
        guard let driver else { return path }
        return path.hasSuffix(".db") ? "\(path.dropLast(3))-\(driver).db" : "\(path)-\(driver)"
    }

    /// The fault of two environments with one state: each would take the other's system for its own.
    func sharesState(of project: ProjectFile) -> Diagnostic? {
        let own = PathRules.normalised(state())
        let others: [String?] = [nil] + project.environments.keys.sorted()
        for other in others where other != name {
            guard PathRules.normalised(EnvironmentPlaces(project, other).state()) == own else { continue }
            let whose =
                other.map { "the environment `\(Escaping.visible($0))`" } ?? "the project without an environment"
            return Diagnostic(
                .badProject,
                name.map { "the environment `\(Escaping.visible($0))` has the same `state` as \(whose)" }
                    ?? "the project has the same `state` as \(whose)",
                at: nil as Label?,
                notes: ["both are recorded in \(Escaping.visible(own))"],
                help: [Help("give one of them a `state` of its own, or leave it out for `.orchplan/environments/NAME`")]
            )
        }
        return nil
    }
}
