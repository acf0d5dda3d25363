import Manifests
import Plans
import Policies
import ResourceModel
import SourceDiagnostics

/// The policies that hold for a command: that of the project file and that of whoever calls it.
struct Enforcement: Sendable {
    private let checks: [PolicyCheck]

    init(_ policies: [LoadedPolicy], driver: String) {
        checks = policies.map { PolicyCheck($0.policy, name: $0.name, driver: driver) }
    }

    /// What they forbid of what was compiled, at the places where it is written.
    func diagnostics(_ result: CompileResult) -> [Diagnostic] {
        guard !checks.isEmpty else { return [] }
        return result.partial.resources.flatMap { resource in
            let found = checks.flatMap { $0.violations(of: resource) }
            let fields = found.compactMap(\.field)
            var ranges = (fields.isEmpty ? [] : result.fieldRanges(resource.address, fields) ?? [])[...]
            let name = result.place(of: resource.address)?.name
            return found.map { violation in
                let range = violation.field == nil ? name : ranges.popFirst() ?? name
                return Diagnostic(
                    violation.code,
                    violation.message,
                    at: range.map { Label($0) },
                    help: [Help(violation.help)]
                )
            }
        }
    }

    /// What they forbid of a plan, whatever it was made from.
    func findings(_ plan: Plan) -> [PlanFinding] {
        checks.flatMap { $0.violations(of: plan) }
            .map { violation in
                PlanFinding(
                    code: violation.code.id,
                    severity: .error,
                    address: violation.address,
                    message: violation.message,
                    help: violation.help
                )
            }
    }
}

extension Workspace {
    /// The policies, read anew; one that cannot be read or is wrong ends the command: nothing is allowed without it.
    func enforcement() throws -> Enforcement {
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
        return Enforcement(loaded, driver: settings.driver.name)
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
