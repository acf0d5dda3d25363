import ArgumentParser
import Plans

/// Tells whether the system differs from the manifests: `orchplan diff`.
struct DiffCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show how the system differs from the manifests.",
        discussion: """
            Changes nothing. Exit status: 0 nothing differs, 1 something differs, 2 it could not be told, also of a \
            secret alone that cannot be read.

              orchplan diff manifests/
              orchplan diff --format json | jq '.summary'
            """
    )
    static let failureCode = ExitStatus.couldNotTell

    @OptionGroup var manifests: ManifestPaths
    @OptionGroup var planning: PlanningOptions
    @OptionGroup var images: ImageOptions
    @OptionGroup var project: ProjectOptions

    var manifestPaths: [String] { manifests.paths }
    var isForPrograms: Bool { format == .json }

    @Option(help: "How to print: text, short, json or md.")
    var format: PlanFormat = .text

    func run(in workspace: Workspace) async throws -> Int32 {
        let basis = try await workspace.planBasis(
            takesOver: planning.takeOver,
            images: images.resolveImages,
            forPrograms: isForPrograms
        )
        let options = try planning.resolved(basis.graph, basis.recorded)
        let plan = try workspace.plan(basis, options: options, forPrograms: isForPrograms)
        workspace.show(plan, format, tellsExecution: false)
        guard plan.isEmpty else { return ExitStatus.differs }
        return plan.unread.isEmpty ? 0 : ExitStatus.couldNotTell
    }
}
