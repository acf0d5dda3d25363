import Planning
import Plans
import ResourceModel

/// What a round found out and what it may do about it.
struct Verdict: Sendable {
    /// What `orchplan plan` would say: everything that is not as declared; nil: no such plan can be made.
    var outlook: Plan?
    /// What may be done now; nil: nothing.
    var doable: Plan?
    /// Why there is no plan of one or the other.
    var problems: [PlanProblem] = []
    /// Changes that failed before and wait for other manifests.
    var held: [PastFailure] = []
    /// Past failures whose change is not asked for any more.
    var overtaken: [PastFailure] = []
    /// Resources that are refused because of a problem of their own.
    var refused: Set<ResourceAddress> = []
}

/// Decides from what was read what a round does: a pure function around the planner.
struct RoundPlanner {
    let policy: ReconcilePolicy
    let capabilities: Capabilities
    /// The last manifests that could be used; nil: none yet.
    let declared: ResourceGraph?
    let survey: Survey
    /// What failed a moment ago and is not tried again yet.
    let waiting: Set<ResourceAddress>
    /// Past failures that do not count any more: their change was taken back in between.
    let released: Set<PastFailure>
    let scaling: [ResourceAddress: ScaleOrder]

    func verdict() -> Verdict {
        var verdict = Verdict()
        let desired = desiredState()
        let outlook = plan(declared ?? desired.graph, declared == nil ? desired.restraint : PlanRestraint())
        verdict.outlook = outlook.plan
        if declared != nil, let plan = outlook.plan { sortFailures(plan, &verdict) }
        guard policy.acts else {
            verdict.problems = outlook.problems
            return verdict
        }
        var restraint = desired.restraint
        restraint.untouched.formUnion(waiting)
        if let plan = outlook.plan { hold(verdict.held, plan, &restraint) }
        // One resource that may not be changed as declared must not keep the others from being kept.
        for _ in 0..<4 {
            let result = plan(desired.graph, restraint)
            guard let made = result.plan else {
                verdict.problems = result.problems
                guard refuse(result.problems.map(\.address), &restraint, &verdict) else { return verdict }
                continue
            }
            let errors = (made.findings + policy.forbids(made)).filter { $0.severity == .error }
            guard !errors.isEmpty else {
                verdict.doable = made.isEmpty ? nil : made
                return verdict
            }
            verdict.problems = errors.map {
                PlanProblem(.unsupported, $0.address, message: $0.message, help: $0.help)
            }
            guard refuse(errors.map(\.address), &restraint, &verdict) else { return verdict }
        }
        return verdict
    }

    /// What the loop works towards: the manifests, without what the policy keeps it from.
    private func desiredState() -> (graph: ResourceGraph, restraint: PlanRestraint) {
        var restraint = PlanRestraint()
        var resources = declared?.resources ?? []
        let names = Set(resources.map(\.address))
        if !policy.syncs || declared == nil { restraint.frozen = names }
        if !policy.syncs || !policy.prunes || declared == nil {
            // Half-made things that nothing declares any more go by a deletion, too.
            let there = survey.inventory.objects.map(\.address) + survey.inventory.services.map(\.address)
            restraint.untouched.formUnion(Set(there).subtracting(names))
            restraint.untouched.subtract(survey.recorded.resources.map(\.address))
            for record in survey.recorded.resources where !names.contains(record.address) {
                guard let resource = try? record.resource.decoded(Resource.self) else { continue }
                resources.append(resource)
                restraint.frozen.insert(record.address)
            }
        }
        return (ResourceGraph.build(project: survey.recorded.project, resources: resources).0, restraint)
    }

    private func plan(_ graph: ResourceGraph, _ restraint: PlanRestraint) -> PlanResult {
        Planner.plan(
            PlanInput(
                graph: graph,
                secrets: survey.secrets,
                images: survey.images,
                recorded: survey.recorded,
                inventory: survey.inventory,
                capabilities: capabilities,
                options: policy.options,
                restraint: restraint,
                scaling: scaling,
                now: survey.time
            )
        )
    }

    /// Which past failures still stand in the way: those of exactly the change that the manifests ask for now.
    private func sortFailures(_ outlook: Plan, _ verdict: inout Verdict) {
        let records = Dictionary(survey.recorded.resources.map { ($0.address, $0.revision) }) { $1 }
        var steps: [ResourceAddress: PlanStep] = [:]
        for step in outlook.steps where step.afterFingerprint != nil { steps[step.address] = step }
        var seen: Set<ResourceAddress> = []
        for past in survey.failures {
            let failure = past.failure
            guard failure.outcome == .rolledBack || failure.outcome == .paused,
                seen.insert(failure.address).inserted, !released.contains(past),
                past.revision > records[failure.address] ?? 0
            else { continue }
            let step = steps[failure.address]
            let isAsked = step.map { $0.afterFingerprint == failure.fingerprint } ?? false
            if isAsked, step?.beforeFingerprint != failure.fingerprint {
                verdict.held.append(past)
            } else {
                verdict.overtaken.append(past)
            }
        }
        verdict.held.sort { $0.failure.address < $1.failure.address }
    }

    /// Keeps what failed, and the changes of what uses it, from being tried again.
    private func hold(_ held: [PastFailure], _ outlook: Plan, _ restraint: inout PlanRestraint) {
        guard let declared, !held.isEmpty else { return }
        let records = Dictionary(survey.recorded.resources.map { ($0.address, $0.fingerprint) }) { $1 }
        let services = Dictionary(survey.inventory.services.map { ($0.address, $0.labels.fingerprint) }) { $1 }
        for past in held {
            let address = past.failure.address
            // A rollout that stands still half done is somebody's to look at: putting it right would undo it. Of a
            // service that is gone altogether there is nothing left to look at.
            let isHalfDone = services[address].map { $0 != records[address] } ?? false
            if isHalfDone { restraint.untouched.insert(address) } else { restraint.frozen.insert(address) }
        }
        let changing = Set(
            outlook.steps.filter { $0.afterFingerprint != $0.beforeFingerprint }.map(\.address)
        )
        var users: [Int: [Int]] = [:]
        for (index, edges) in declared.edges.enumerated() {
            for edge in edges { users[edge.to, default: []].append(index) }
        }
        var open = held.compactMap { declared.index(of: $0.failure.address) }
        var seen = Set(open)
        while let index = open.popLast() {
            for user in users[index] ?? [] where seen.insert(user).inserted {
                let address = declared.resources[user].address
                guard changing.contains(address) else { continue }
                if !restraint.untouched.contains(address) { restraint.frozen.insert(address) }
                open.append(user)
            }
        }
    }

    /// Leaves out resources with a problem of their own; false when that cannot help.
    private func refuse(
        _ addresses: [ResourceAddress?],
        _ restraint: inout PlanRestraint,
        _ verdict: inout Verdict
    ) -> Bool {
        var isNew = false
        for case let address? in addresses {
            if restraint.frozen.contains(address) {
                if restraint.untouched.insert(address).inserted { isNew = true }
            } else {
                restraint.frozen.insert(address)
                isNew = true
            }
            verdict.refused.insert(address)
        }
        return isNew
    }
}
