import Manifests
import Plans
import ResourceModel
import SourceDiagnostics

/// Holds what is declared, and what is planned, against a policy.
///
/// Pure: it sees values alone. What a path leads to on a node (a link out of an allowed directory) it cannot know.
package struct PolicyCheck: Sendable {
    let policy: PolicyFile
    /// What the policy is called in messages.
    let name: String
    /// The driver, which decides where a port listens that names no address.
    let driver: String

    package init(_ policy: PolicyFile, name: String, driver: String) {
        self.policy = policy
        self.name = name
        self.driver = driver
    }

    /// What is forbidden of a resource, in the order of the policy's sections.
    package func violations(of resource: Resource) -> [PolicyViolation] {
        var found = forbiddenFields(resource)
        switch resource.spec {
        case .service(let spec):
            found += privileges(resource.address, spec) + images(resource.address, spec)
            found += ports(resource.address, spec) + hostPaths(resource.address, spec)
        case .volume(let spec): found += hostPaths(resource.address, spec)
        case .secret(let spec): found += sources(resource.address, spec)
        case .network, .config: break
        }
        return found
    }

    /// What is forbidden of a plan: its actions, and what it would leave behind, whoever made it from whatever.
    package func violations(of plan: Plan) -> [PolicyViolation] {
        plan.steps.flatMap { step in
            let desired = step.after.flatMap { try? $0.decoded(Resource.self) }
            return actions(step) + (desired.map(violations) ?? [])
        }
    }

    /// - Parameter rule: What the policy says instead: `allows 80 and 443`; nil: only that it forbids it.
    func violation(
        _ code: DiagnosticCode,
        _ address: ResourceAddress,
        _ field: String?,
        _ message: String,
        _ rule: String = "forbids it"
    ) -> PolicyViolation {
        let help = "\(Escaping.visible(name)) \(rule)"
        return PolicyViolation(code: code, address: address, field: field, message: message, help: help)
    }

    /// `a, b and 3 more`.
    static func list(_ items: [String]) -> String {
        guard !items.isEmpty else { return "nothing" }
        let more = items.count > 5 ? " and \(items.count - 5) more" : ""
        return items.prefix(5).map { Escaping.visible($0) }.joined(separator: ", ") + more
    }
}
