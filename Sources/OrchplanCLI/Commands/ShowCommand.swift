import ArgumentParser
import SourceDiagnostics

/// `orchplan show PLAN`: read a saved plan again.
struct ShowCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a saved plan, after checking that nobody edited it."
    )

    @Argument(help: "The file that plan --out saved.", completion: .file())
    var plan: String

    @Option(help: "How to print: text, short, json or md.")
    var format: PlanFormat = .text

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        _ = try workspace.existingStore()
        let recorded = try await workspace.recordedState()
        let saved = try PlanFile.load(plan, fitting: recorded)
        workspace.show(saved, format)
        if let validity = PlanFile.validity(saved, now: SystemTimestamp.now()) {
            workspace.tell("\(Escaping.visible(plan)) \(validity)")
        }
        return 0
    }
}
