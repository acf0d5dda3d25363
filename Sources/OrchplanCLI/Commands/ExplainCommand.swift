import ArgumentParser
import Linting
import Manifests
import SourceDiagnostics

/// Says what a field means: `orchplan explain service.update.batch`.
struct ExplainCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain a field of a manifest, a lint rule, or the code of a diagnostic.",
        discussion: """
              orchplan explain
              orchplan explain service
              orchplan explain service.update.batch
              orchplan explain job
              orchplan explain OP2003
              orchplan explain no-healthcheck
              orchplan explain rules
            """
    )

    static let needsProject = false

    @Argument(help: "A field's path, a code or a rule, `rules`, or a word to look for. (default: what there is)")
    var topic: String?

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        let format = workspace.terminal.format(.output)
        guard let topic else {
            workspace.output.write(ExplainView.overview(format), format)
            return 0
        }
        if topic.lowercased() == "rules" {
            workspace.output.write(RuleView.list(RuleLevels(workspace.settings.lint), format), format)
            return 0
        }
        guard let lines = ExplainView.lines(topic, format) else {
            throw CommandFailure(
                "there is nothing called \(Escaping.visible(topic))",
                help: ExplainView.nearest(topic).map { "did you mean \($0)?" }
                    ?? "orchplan explain lists what there is"
            )
        }
        workspace.output.write(lines, format)
        return 0
    }
}
