import Manifests
import ResourceModel
import SourceDiagnostics

/// A rollout that would be rolled back when it fails, but has nothing that tells a failure.
struct RollbackWithoutHealthcheck: LintRule {
    let code = DiagnosticCode(
        "OP5002",
        "rollback-without-healthcheck",
        "A service is to be rolled back on failure, but has no health check that tells one.",
        remedy: "Give the service a healthcheck, so that a bad version is noticed before the old one is gone."
    )
    let severity = Severity.warning

    func check(_ resource: Resource, in context: LintContext) -> [LintFinding] {
        // Fields alone: a copy of the whole spec would count every reference that it holds.
        guard case .service(let service) = resource.spec, service.update?.onFailure == .rollback,
            service.readiness == nil, service.healthcheck == nil, !service.mode.isJob
        else { return [] }
        return [
            LintFinding(
                field: "update.onFailure",
                "a failed rollout is rolled back, but only a crash counts as one: there is no health check",
                help: "add a `healthcheck`"
            )
        ]
    }
}
