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

    @Option(
        help: ArgumentHelp(
            "Save the plan to this file, which is new or holds a saved plan.",
            valueName: "file"
        ),
        completion: .file()
    )
    var out: String?

    // Whatever comes next is the duration, so that one below zero is told as such.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long a saved plan may be applied, such as 2h.", valueName: "duration")
    )
    var validFor: String?

    @Flag(help: "Exit with 2 when there is something to do, or it cannot be told.")
    var detailedExitcode = false

    @Flag(help: "Plan to take everything of the project down.")
    var destroy = false

    @Option(help: "How to print: text, short, json or md.")
    var format: PlanFormat = .text

    func run(in workspace: Workspace) async throws -> Int32 {
        let validity = try validity()
        let place = out.map { PlanPlace(path: $0, settings: workspace.settings) }
        // Before the work, which may take long.
        _ = try place?.checked()
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
            images: images.resolveImages,
            targets: options.targets
        )
        if destroy, planning.takeOver { basis.claimEverything() }
        try await tellOfWork(workspace)
        var plan = try workspace.plan(basis, options: options, forPrograms: isForPrograms)
        if let validity {
            plan.expiresAt = Timestamp(milliseconds: plan.createdAt.milliseconds + validity.nanoseconds / 1_000_000)
        }
        workspace.show(plan, format)
        if let place {
            try await workspace.keep(recorded)
            try PlanFile.save(plan, to: place, key: recorded.key)
            let command = "orchplan apply\(workspace.settings.environmentFlag) \(PlanArgument.words(place.path))"
            let until = plan.expiresAt.map { ", valid until \($0.text)" } ?? ""
            workspace.tell("saved to \(Escaping.visible(place.path))\(until); apply it with: \(command)")
        }
        UntilExit.keep(plan)
        if plan.hasErrors { return 1 }
        return detailedExitcode && !(plan.isEmpty && plan.unread.isEmpty) ? ExitStatus.changesPlanned : 0
    }

    /// How long the saved plan may be applied; nil: it is not said.
    private func validity() throws -> Duration? {
        guard let validFor else { return nil }
        guard out != nil else {
            throw CommandFailure(
                "--valid-for is about the plan that --out saves, and there is no --out",
                help: "add --out FILE, or leave --valid-for out",
                code: ExitStatus.usage
            )
        }
        guard let duration = Duration(parsing: validFor), duration >= .milliseconds(1) else {
            throw CommandFailure(
                "--valid-for needs a duration with a unit, longer than nothing",
                help: "such as 30m or 2h",
                code: ExitStatus.usage
            )
        }
        return duration
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
