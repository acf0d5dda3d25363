import Applying
import ArgumentParser
import Drivers
import Plans
import ResourceModel
import SourceDiagnostics
import StateStores

/// Makes the system what the manifests say: `orchplan apply`.
struct ApplyCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Make the system what the manifests say, batch by batch.",
        discussion: """
            Shows the plan, asks, and applies it; or applies exactly the plan that was saved: what --plan names, or an \
            argument that is no folder and does not end in .yaml, .yml or .json. Press ^C once to finish what \
            is in flight and stop, twice to leave at once. Running it again always goes on from what is there.

            Exit status: 0 converged, 1 error, 3 the saved plan is stale, 4 somebody else holds the lock, 5 a rollout \
            failed and was rolled back, 6 paused or timed out, 130 interrupted.

              orchplan apply
              orchplan apply --batch 2 --yes manifests/
              orchplan apply release.plan
              orchplan apply --plan release.json
            """
    )

    @OptionGroup var manifests: ManifestPaths

    @Option(
        help: ArgumentHelp("Apply exactly this plan, whatever its file is called.", valueName: "file"),
        completion: .file()
    )
    var plan: String?

    @OptionGroup var planning: PlanningOptions
    @OptionGroup var images: ImageOptions
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var project: ProjectOptions

    /// What is a saved plan, and so no manifest.
    private var savedPlans: [String] {
        (plan.map { [$0] } ?? [])
            + manifests.paths.filter { PlanArgument.isPlan($0, directory: project.directory) }
    }

    /// A saved plan among the arguments is no manifest.
    var manifestPaths: [String] { savedPlans.isEmpty ? manifests.paths : [] }

    func run(in workspace: Workspace) async throws -> Int32 {
        var apply = try execution.resolved(workspace)
        apply.takesOver = planning.takeOver
        // A saved plan is applied once: what goes on after it is an apply of what is declared.
        let paths = manifestPaths.filter { $0 != "-" }
        apply.nextCommand = TypedCommand("apply", workspace, project).with(planning).with(paths).text
        if let saved = savedPlans.first {
            try refuseMixtures(saved)
            try PlanArgument.check(saved)
            return try await workspace.applySaved(saved, apply)
        }
        try workspace.requireApprover(apply.approved)
        // Compiled first: a folder with mistakes in it must not even make a state.
        let compiled = try await workspace.compile()
        guard let store = try workspace.openStore(create: true) else { return 1 }
        return try await workspace.planAndRun(
            compiled.graph,
            planning,
            images: images.resolveImages,
            store: store,
            apply
        )
    }
}

extension ApplyCommand {
    /// A saved plan decides everything; whatever else would decide beside it is refused, not ignored.
    private func refuseMixtures(_ saved: String) throws {
        guard manifests.paths.count + (plan == nil ? 0 : 1) == 1 else {
            throw CommandFailure(
                "\(Escaping.visible(saved)) is a saved plan, which stands alone",
                help: "leave the other paths out; \(PlanArgument.manifestWords)",
                code: ExitStatus.usage
            )
        }
        let deciding = [
            ("--batch", planning.batch != PlanOptions().batch), ("--target", !planning.target.isEmpty),
            ("--delete-volumes", planning.deleteVolumes), ("--resolve-images", images.resolveImages != nil),
            ("--var", !project.variables.isEmpty),
        ]
        .filter(\.1).map(\.0)
        guard deciding.isEmpty else {
            throw CommandFailure(
                "a saved plan has decided already what \(Words.list(deciding)) would change",
                help: "give it to orchplan plan, and apply the new plan",
                code: ExitStatus.usage
            )
        }
    }
}

/// How an apply runs, as typed.
struct ExecutionOptions: ParsableArguments {
    @Flag(name: [.customShort("y"), .long], help: "Do not ask for approval.")
    var yes = false

    @Option(help: ArgumentHelp("How long a service may go without progress.", valueName: "duration"))
    var timeout: String = "10m"

    @Option(help: ArgumentHelp("How long to wait for somebody else's apply to end.", valueName: "duration"))
    var lockTimeout: String = "0s"

    @Option(help: "How to show progress: auto, live, plain, ndjson or quiet.")
    var progress: ProgressChoice = .auto

    func resolved(_ workspace: Workspace) throws -> ApplySettings {
        guard let timeout = Duration(parsing: timeout), let lockTimeout = Duration(parsing: lockTimeout) else {
            throw CommandFailure(
                "--timeout and --lock-timeout need durations with a unit",
                help: "such as 90s or 10m",
                code: ExitStatus.usage
            )
        }
        guard timeout > .zero else {
            throw CommandFailure(
                "--timeout 0s leaves no time to do anything in",
                help: "say how long a service may go without progress, such as 90s or 10m",
                code: ExitStatus.usage
            )
        }
        let mode: ApplyPresenter.Mode =
            switch progress {
            case .auto: workspace.terminal.canRedraw(.errors) ? .live : .plain
            case .live: .live
            case .plain: .plain
            case .ndjson: .ndjson
            case .quiet: .quiet
            }
        return ApplySettings(
            approved: yes,
            timeout: timeout,
            lockTimeout: lockTimeout,
            mode: mode
        )
    }
}

/// How progress is shown, as typed.
enum ProgressChoice: String, ExpressibleByArgument, CaseIterable {
    case auto
    case live
    case plain
    case ndjson
    case quiet
}

extension Workspace {
    /// Takes the lock, plans, shows the plan, asks, and applies it.
    ///
    /// The lock comes first, so that whoever waited for somebody else's apply plans from what that one left.
    ///
    /// - Parameter images: Which images registries are asked about; nil: as the project file says. By default none: a
    ///   revision says which content it ran, and where it does not, nobody knows better.
    func planAndRun(
        _ graph: ResourceGraph,
        _ planning: PlanningOptions,
        destroy: Bool = false,
        images: ImageResolution? = .never,
        store: any StateStore,
        _ settings: ApplySettings
    ) async throws -> Int32 {
        var apply = settings
        apply.takesOver = planning.takeOver
        return try await locked(store, for: apply.operation, waiting: apply.lockTimeout) { grant in
            let recorded = try await recordedState()
            let options = try planning.resolved(graph, recorded, destroy: destroy)
            try await announce(grant, recorded, try makeDriver(recorded: recorded), store)
            var basis = try await planBasis(
                graph: graph,
                recorded: recorded,
                takesOver: planning.takeOver,
                images: images,
                targets: options.targets
            )
            if destroy, planning.takeOver { basis.claimEverything() }
            let driver = basis.driver
            let plan = try plan(basis, options: options)
            announce(plan, .text, apply)
            guard !plan.hasErrors else {
                throw CommandFailure("the plan has errors, nothing was changed", help: "see the findings above")
            }
            guard !plan.isEmpty else {
                guard options.targets.isEmpty else { return 0 }
                try await closeInterrupted(recorded, basis.driver, store, grant, takesOver: planning.takeOver)
                return 0
            }
            try approve(plan, apply)
            // Between the question and the answer there is time to rotate one.
            try SecretFiles(root: self.settings.root).refuseChanged(plan, recorded)
            return try await run(
                plan,
                driver: driver,
                store: store,
                recorded: recorded,
                grant: grant,
                settings: apply
            )
        }
    }

    /// Tells the driver who holds the lock, before it is asked what is there: what an earlier holder sent is done or
    /// refused by then, and never comes after the plan was made.
    private func announce(
        _ grant: LockGrant,
        _ recorded: RecordedState,
        _ driver: any ClusterDriver,
        _ store: any StateStore
    ) async throws {
        do throws(ApplyError) {
            try await HolderAnnouncement(driver, store, lineage: recorded.lineage, grant).make()
        } catch {
            switch error {
            case .store(let error): throw CommandFailure(error)
            case .driver(let error): throw CommandFailure(error)
            }
        }
    }

    /// Shows a plan before it is applied; to programs as an event like those that follow.
    private func announce(_ plan: Plan, _ format: PlanFormat, _ apply: ApplySettings) {
        guard apply.mode == .ndjson else { return show(plan, format) }
        output.write("{\"type\":\"plan\",\"plan\":\(String(decoding: PlanJSON.encode(plan), as: UTF8.self))}\n")
    }

    /// Applies exactly a saved plan, if nothing that it relies on has moved.
    func applySaved(_ path: String, _ apply: ApplySettings) async throws -> Int32 {
        let store = try existingStore()
        return try await locked(store, for: apply.operation, waiting: apply.lockTimeout) { grant in
            let recorded = try await recordedState()
            let plan = try PlanFile.load(path, fitting: recorded)
            try PlanFile.checkExpiry(plan, now: SystemTimestamp.now())
            try await refuseApplied(plan, recorded, store)
            try refuseForbidden(plan, recorded)
            announce(plan, .short, apply)
            guard !plan.isEmpty else { return 0 }
            try SecretFiles(root: settings.root).refuseChanged(plan, recorded)
            // A saved plan was approved when it was saved: that is what saving is for.
            let driver = try makeDriver(recorded: recorded)
            try await announce(grant, recorded, driver, store)
            if !apply.takesOver { try await refuseEdited(plan, recorded, driver) }
            return try await run(plan, driver: driver, store: store, recorded: recorded, grant: grant, settings: apply)
        }
    }

    /// Refuses a plan that does not know of what somebody changed in the cluster since it was made.
    private func refuseEdited(_ plan: Plan, _ recorded: RecordedState, _ driver: any ClusterDriver) async throws {
        // What moved in the record is the cause of what is different in the cluster, and is told by its own name.
        guard plan.staleStep(in: recorded) == nil else { return }
        let inventory: Inventory
        do throws(DriverError) {
            try await driver.checkIdentity(of: recorded)
            inventory = try await driver.inventory(ports: [], recorded: recorded.resources)
        } catch {
            throw CommandFailure(error)
        }
        for step in plan.steps {
            let started = instancesStarted(since: step, inventory)
            guard let moved = started ?? Self.moved(step, recorded, inventory) else { continue }
            throw CommandFailure(
                "\(step.address): \(moved) since the plan was made",
                help: "make a new plan: it shows what was changed",
                code: ExitStatus.stale
            )
        }
    }

    /// What somebody did in the cluster to the service of a step that the step does not know of; nil: nothing.
    private static func moved(_ step: PlanStep, _ recorded: RecordedState, _ inventory: Inventory) -> String? {
        guard step.address.kind == .service,
            let record = recorded.resources.first(where: { $0.address == step.address })
        else { return nil }
        guard let service = inventory.services.first(where: { $0.address == step.address }) else {
            return step.action == .create || step.action == .delete ? nil : "somebody removed it from the cluster"
        }
        func isKnown(_ path: String, _ live: CanonicalValue?) -> Bool {
            step.changes.contains { $0.path == path && $0.before == live }
        }
        if let edit = service.edits.first(where: { !isKnown($0.path, $0.live) }) {
            return "somebody changed \(edit.shown) in the cluster"
        }
        guard let spec = (try? record.resource.decoded(Resource.self))?.spec.service, !spec.mode.isGlobal,
            !spec.leavesToOthers("replicas"), service.desiredReplicas != spec.replicas,
            !isKnown("replicas", .integer(Int64(service.desiredReplicas)))
        else { return nil }
        return "somebody scaled it to \(service.desiredReplicas) in the cluster"
    }

    /// A plan is applied once, whatever came of it.
    private func refuseApplied(_ plan: Plan, _ recorded: RecordedState, _ store: any StateStore) async throws {
        let digest = plan.digest(Fingerprinter(key: recorded.key)).text
        do throws(StateStoreError) {
            guard let earlier = try await store.revisions(limit: .max).first(where: { $0.plan == digest }) else {
                return
            }
            throw .alreadyApplied(revision: earlier.number)
        } catch {
            throw CommandFailure(error)
        }
    }
}
