import ArgumentParser
import Manifests
import SourceDiagnostics

/// Tells what a field or a code means: `orchplan explain`.
struct ExplainCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain a field of a manifest, or the code of a diagnostic.",
        discussion: """
              orchplan explain service
              orchplan explain service.spec.update.batch
              orchplan explain OP2003
            """
    )

    @Argument(help: "A field's path, or a code.")
    var topic: String

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        let format = workspace.terminal.format(.output)
        guard let lines = ExplainView.lines(topic, format) else {
            throw CommandFailure(
                "there is nothing called \(Escaping.visible(topic))",
                help: ExplainView.nearest(topic).map { "did you mean \($0)?" }
                    ?? "start with: orchplan explain service"
            )
        }
        workspace.output.write(lines, format)
        return 0
    }
}
