import Manifests
import Plans
import Policies
import SourceDiagnostics

extension Workspace {
    /// The policies, read anew; one that cannot be read or is wrong ends the command: nothing is allowed without it.
    func enforcement() throws -> PolicySet {
        let files = DiskFiles()
        let loaded = settings.policies.map { LoadedPolicy.load($0.path, shownAs: $0.name, files: files) }
        for policy in loaded where !policy.diagnostics.isEmpty {
            let checked = CheckedManifests(
                graph: nil,
                sources: policy.sources,
                diagnostics: policy.diagnostics,
                fileCount: 1
            )
            report(checked, to: errors, .errors)
        }
        guard !loaded.contains(where: \.diagnostics.hasErrors) else { throw CommandFailure(silently: 1) }
        return PolicySet(loaded, driver: settings.driver.name)
    }

    /// Refuses a plan that was made elsewhere, or before the policy was what it is.
    func refuseForbidden(_ plan: Plan) throws {
        let findings = try enforcement().findings(plan)
        guard !findings.isEmpty else { return }
        let format = terminal.format(.errors)
        for finding in findings {
            errors.write(ErrorView("\(finding.address): \(finding.message)", help: finding.help).text(format))
        }
        throw CommandFailure(
            "the policy forbids this plan, nothing was changed",
            help: "see `orchplan explain \(findings[0].code)`"
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
