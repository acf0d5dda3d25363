import Manifests
import ResourceModel
import SourceDiagnostics

/// A published service of one instance that stops before its successor starts is away in every update.
struct SingleReplicaStop: LintRule {
    let code = DiagnosticCode(
        "OP5003",
        "single-replica-stop-first",
        "A published service with one instance is away during every update.",
        remedy: "Run two instances or more, or set update.order: startFirst."
    )
    let severity = Severity.note

    func check(_ resource: Resource, in context: LintContext) -> [LintFinding] {
        // Fields alone: a copy of the whole spec would count every reference that it holds.
        guard case .service(let service) = resource.spec, service.mode == .replicated, service.replicas == 1,
            service.scale == nil, (service.update ?? UpdatePolicy()).order == .stopFirst,
            service.ports.contains(where: { $0.published != nil })
        else { return [] }
        return [
            LintFinding(
                field: nil,
                "Service `\(resource.address.name)` has one instance and stops it before the next one starts",
                help: "raise `replicas`, or write `update: {order: startFirst}`"
            )
        ]
    }
}
