import Manifests
import Plans
import Policies
import ResourceModel
import SourceDiagnostics
import StateStores

extension Workspace {
    func loadedPolicies() -> [LoadedPolicy] {
        let files = DiskFiles()
        let working = WorkingDirectory.current()
        return settings.policies.map { policy in
            let place = PathRules.relative(policy.path, to: working) ?? policy.path
            return LoadedPolicy.load(policy.path, shownAs: policy.name, at: place, files: files)
        }
    }

    /// The policies, read anew; one that cannot be read or is wrong ends the command: nothing is allowed without it.
    ///
    /// - Parameter forPrograms: Whether a program reads what is wrong with them.
    func enforcement(forPrograms: Bool = false) throws -> PolicySet {
        let loaded = loadedPolicies()
        for policy in loaded where !policy.diagnostics.isEmpty {
            report(
                CheckedManifests(graph: nil, sources: policy.sources, diagnostics: policy.diagnostics, fileCount: 1),
                forPrograms: forPrograms
            )
        }
        guard !loaded.contains(where: \.diagnostics.hasErrors) else { throw CommandFailure(silently: 1) }
        return PolicySet(loaded, driver: settings.driver.name)
    }

    /// Refuses a plan that was made elsewhere, or before the policy was what it is.
    ///
    /// - Parameter recorded: What the plan leaves as it is stands there.
    func refuseForbidden(_ plan: Plan, _ recorded: RecordedState) throws {
        let all = recorded.resources.compactMap { try? $0.resource.decoded(Resource.self) }
        let targets = plan.options.targets
        let graph = ResourceGraph.build(project: plan.project, resources: all).0
        let needed = targets.isEmpty ? nil : graph.needed(by: targets)
        let resources = all.filter { needed?.contains($0.address) ?? true }
        let findings = try enforcement().findings(plan, standing: resources)
        try refuse(findings, "this plan")
    }

    /// Refuses to forget what the policies keep from being deleted.
    func refuseForgetting(_ addresses: [ResourceAddress]) throws {
        try refuse(try enforcement().findings(forgetting: addresses), "this")
    }

    private func refuse(_ findings: [PlanFinding], _ what: String) throws {
        guard let first = findings.first else { return }
        let format = terminal.format(.errors)
        for finding in findings {
            errors.write(ErrorView("\(finding.address): \(finding.message)", help: finding.help).text(format))
        }
        throw CommandFailure(
            "the policy forbids \(what), nothing was changed",
            help: "see `orchplan explain \(first.code)`"
        )
    }

    /// What the policies forbid of a plan, for a loop that goes on: without them everything is forbidden.
    func forbidden(_ plan: Plan) -> [PlanFinding] {
        do {
            return try enforcement().findings(plan)
        } catch {
            return plan.steps.map {
                PlanFinding(
                    code: DiagnosticCode.badProject.id,
                    severity: .error,
                    address: $0.address,
                    message: "the policy cannot be read",
                    help: "correct the file that `policy` names"
                )
            }
        }
    }
}
