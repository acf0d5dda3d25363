import Manifests
import ResourceModel
import SourceDiagnostics

extension ProjectOptions {
    /// Weighs flags, environment and project file, and refuses what cannot be used.
    ///
    /// - Parameters:
    ///   - isStrict: Whether what is wrong with the project is told, and ends the command.
    ///   - forPrograms: Whether a program reads what is told.
    ///   - command: What the command is called, for advice.
    ///   - adoptsNamed: Whether a folder among the paths that is a project itself is the one that is meant.
    func workspace(
        _ terminal: TerminalEnvironment,
        paths: [String] = [],
        isStrict: Bool = true,
        forPrograms: Bool = false,
        command: String = "lint",
        adoptsNamed: Bool = false
    ) throws -> Workspace {
        let files = DiskFiles()
        let working = WorkingDirectory.current()
        var start = working
        if let directory {
            guard let resolved = files.canonical(directory) else {
                throw CommandFailure("there is no directory \(Escaping.visible(directory))", code: ExitStatus.usage)
            }
            start = resolved
        }
        let named = NamedProject(base: start, command: command)
        let loaded = LoadedProject.find(
            from: try named.start(paths, adopts: adoptsNamed),
            files: files,
            shownFrom: working
        )
        var flags = ProjectSettings.Flags()
        flags.environment = environment
        flags.driver = driver
        flags.host = host
        flags.state = state
        flags.policies = policy
        flags.paths = paths
        flags.variables = try parsedVariables()
        let settings = ProjectSettings.resolve(
            flags: flags,
            environment: WorkingDirectory.environment(),
            file: loaded,
            workingDirectory: directory == nil ? working : start
        )
        let workspace = Workspace(settings: settings, terminal: terminal, loaded: loaded, flags: flags)
        guard isStrict else { return workspace }
        let diagnostics = (loaded?.diagnostics ?? []) + settings.diagnostics
        if !diagnostics.isEmpty {
            let checked = CheckedManifests(
                graph: nil,
                sources: loaded?.sources ?? SourceMap(),
                diagnostics: diagnostics,
                fileCount: 1
            )
            workspace.report(checked, forPrograms: forPrograms)
        }
        guard !diagnostics.hasErrors else { throw CommandFailure(silently: 1) }
        return workspace
    }

    private func parsedVariables() throws -> [String: String] {
        guard let parsed = Self.assignments(variables) else {
            throw CommandFailure("--var needs NAME=VALUE", code: ExitStatus.usage)
        }
        return parsed
    }

    /// What `--var NAME=VALUE` gave; nil: one of them is none.
    static func assignments(_ texts: [String]) -> [String: String]? {
        var parsed: [String: String] = [:]
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
            parsed[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return parsed
    }
}
