import Plans
import ResourceModel

/// Compares desired, recorded and observed state and decides every change, its order and its rollout.
///
/// A pure function: the same input gives the same plan.
package enum Planner {
    ///
    /// - Parameter input: Taken over: of a large system there is not to be a second desired state in memory.
    package static func plan(_ input: consuming PlanInput) -> PlanResult {
        var input = input
        var problems = refusals(input)
        guard problems.isEmpty else { return .problems(problems) }
        var fingerprinter = Fingerprinter(key: input.recorded.key)
        let kept = KeptSecrets(input, fingerprinter: &fingerprinter)
        let graph = input.graph.pinned(secrets: input.secrets, kept: kept.objects, fingerprinter: &fingerprinter)
        input.graph = graph
        let world = World(input, graph: graph)
        var decider = Decider(world: world, input: input, fingerprinter: fingerprinter, kept: kept)
        var draft = Self.draft(&decider, input)
        draft.keepWhatKeptOnesNeed()
        draft.select()
        draft.holdBack()
        draft.refuseProtected()
        draft.rebuildUsersOfReplaced(&decider)
        draft.keepOldObjectsInUse()
        problems = decider.problems + draft.problems + unsupported(draft, input.capabilities)
        guard problems.isEmpty else { return .problems(problems) }

        let steps = order(draft)
        var plan = Plan(
            project: input.recorded.project,
            lineage: input.recorded.lineage,
            serial: input.recorded.serial,
            createdAt: input.now,
            expiresAt: input.expiresAt,
            driver: input.capabilities.driver,
            options: input.options,
            steps: steps,
            unchangedCount: draft.unchangedCount,
            drift: draft.driftItems
        )
        plan.forecast = ForecastSimulation(steps, world: world).run()
        let context = PlanCheckContext(
            plan: plan,
            graph: graph,
            inventory: input.inventory,
            capabilities: input.capabilities
        )
        plan.findings = draft.findings + draft.unread(input.unread) + PlanChecker.check(context)
        return .plan(plan)
    }

    /// Decides every subject on its own; the draft alone holds the decisions, so that changing one copies none.
    private static func draft(_ decider: inout Decider, _ input: borrowing PlanInput) -> Draft {
        let world = decider.world
        var decisions: [Decision] = []
        decisions.reserveCapacity(world.subjects.count)
        for subject in world.subjects { decisions.append(decider.decide(subject)) }
        return Draft(world: world, options: input.options, restraint: input.restraint, decisions: decisions)
    }

    /// Numbers the steps of a draft in an order in which each comes after what it needs.
    private static func order(_ draft: Draft) -> [PlanStep] {
        let graph = StepGraph(draft)
        guard !graph.nodes.isEmpty else { return [] }
        var scheduler = BatchScheduler(graph.scheduled, limit: draft.options.batch)
        scheduler.run()
        return StepAssembly(draft: draft, graph: graph, batches: scheduler.batches, cut: scheduler.cut).steps()
    }

    /// What keeps a plan from being made whatever the cluster looks like.
    private static func refusals(_ input: PlanInput) -> [PlanProblem] {
        if !input.options.destroy, input.graph.resources.isEmpty, !input.recorded.resources.isEmpty {
            let count = input.recorded.resources.count
            return [
                PlanProblem(
                    .nothingDeclared,
                    message:
                        "nothing is declared, and \(Counted.text(count, "resource")) \(count == 1 ? "is" : "are") recorded: refusing to delete all",
                    help: "check the path of the manifests; to remove everything, run 'orchplan destroy'"
                )
            ]
        }
        guard !input.options.destroy else { return [] }
        return input.graph.cycles()
            .map { cycle in
                PlanProblem(
                    .dependencyCycle,
                    cycle.path.first,
                    message: "resources need each other in a circle: \(cycle.text)",
                    help: "remove one of these dependencies",
                    path: cycle.path
                )
            }
    }

    /// Kinds and modes that the driver does not have.
    private static func unsupported(_ draft: Draft, _ capabilities: Capabilities) -> [PlanProblem] {
        var problems: [PlanProblem] = []
        for index in draft.indices where draft.isSelected[index] && draft.decisions[index].isStep {
            guard let desired = draft.decisions[index].desired else { continue }
            let address = desired.address
            if !capabilities.kinds.contains(address.kind) {
                problems.append(
                    PlanProblem(
                        .unsupported,
                        address,
                        message: "the \(capabilities.driver) driver has no \(address.kind.rawValue)s",
                        help: "remove \(address), or use another driver"
                    )
                )
            } else if let mode = desired.spec.service?.mode, !capabilities.modes.contains(mode) {
                problems.append(
                    PlanProblem(
                        .unsupported,
                        address,
                        message: "the \(capabilities.driver) driver runs no services of mode \(mode.rawValue)",
                        help: "use another mode, or another driver"
                    )
                )
            }
        }
        return problems
    }
}
