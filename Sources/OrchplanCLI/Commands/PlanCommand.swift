import ArgumentParser
import Plans
import ResourceModel
import SourceDiagnostics

/// Tells what apply would do, and why: `orchplan plan`.
struct PlanCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what apply would do, in which order, and why.",
        discussion: """
            Changes nothing. A plan saved with --out can be applied later, once, as long as nothing it relies on has \
            moved; it belongs to the project's state, which --out makes where there is none yet. Exit status: 0; 1 on an error; with --detailed-exitcode 2 when there is something to do, or a secret cannot be read.

              orchplan plan
              orchplan plan --out release.plan && orchplan apply release.plan
              orchplan plan --format md > comment.md
            """
    )

    @OptionGroup var manifests: ManifestPaths
    @OptionGroup var planning: PlanningOptions
    @OptionGroup var images: ImageOptions
    @OptionGroup var project: ProjectOptions

    var manifestPaths: [String] { manifests.paths }
    var isForPrograms: Bool { format == .json }

    @Option(help: ArgumentHelp("Save the plan to this file.", valueName: "file"), completion: .file())
    var out: String?

    @Option(help: ArgumentHelp("How long a saved plan may be applied, such as 2h.", valueName: "duration"))
    var validFor: String?

    @Flag(help: "Exit with 2 when there is something to do, or it cannot be told.")
    var detailedExitcode = false

    @Flag(help: "Plan to take everything of the project down.")
    var destroy = false

    @Option(help: "How to print: text, short, json or md.")
    var format: PlanFormat = .text

    func run(in workspace: Workspace) async throws -> Int32 {
        let recorded = try await workspace.recordedState(willKeep: out != nil)
        let graph =
            destroy
            ? ResourceGraph.build(project: workspace.settings.project, resources: []).0
            : try await workspace.compile(forPrograms: isForPrograms).graph
        let options = try planning.resolved(graph, recorded, destroy: destroy)
        var basis = try await workspace.planBasis(
            graph: graph,
            recorded: recorded,
            takesOver: planning.takeOver,
            images: images.resolveImages
        )
        if destroy, planning.takeOver { basis.claimEverything() }
        try await tellOfWork(workspace)
        var plan = try workspace.plan(basis, options: options, forPrograms: isForPrograms)
        if let validFor {
            guard let duration = Duration(parsing: validFor) else {
                throw CommandFailure(
                    "--valid-for needs a duration with a unit",
                    help: "such as 30m or 2h",
                    code: ExitStatus.usage
                )
            }
            plan.expiresAt = Timestamp(milliseconds: plan.createdAt.milliseconds + duration.nanoseconds / 1_000_000)
        }
        workspace.show(plan, format)
        if let out {
            try await workspace.keep(recorded)
            try PlanFile.save(plan, to: out, key: recorded.key)
            workspace.tell("saved to \(out); apply it with: orchplan apply\(workspace.settings.environmentFlag) \(out)")
        }
        UntilExit.keep(plan)
        if plan.hasErrors { return 1 }
        return detailedExitcode && !(plan.isEmpty && plan.unread.isEmpty) ? ExitStatus.changesPlanned : 0
    }

    /// Says that somebody is changing what is compared with: half of it is on its way, and nobody's drift.
    private func tellOfWork(_ workspace: Workspace) async throws {
        guard let holder = workspace.living(try? await workspace.openStore(create: false)?.lockHolder()) else { return }
        let request = holder.request
        workspace.tell(
            "\(Escaping.visible(request.holder)) runs \(request.operation) (pid \(request.pid)): what that is changing now"
                + " shows as drift; plan again when it has ended"
        )
    }
}
