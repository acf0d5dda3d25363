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
    ///
    /// - Parameter hostNetworks: The names of the Networks that are the node's own.
    package func violations(of resource: Resource, hostNetworks: Set<String> = ["host"]) -> [PolicyViolation] {
        var found = forbiddenFields(resource)
        switch resource.spec {
        case .service(let shared):
            let spec = shared.value
            found += privileges(resource.address, spec) + images(resource.address, spec)
            found += ports(resource.address, spec) + nodesOwnNetworks(resource.address, spec, hostNetworks)
            found += hostPaths(resource.address, spec)
        case .volume(let spec): found += hostPaths(resource.address, spec)
        case .secret(let spec): found += sources(resource.address, spec)
        case .network, .config: break
        }
        return found
    }

    /// The names of the Networks among some resources that are the node's own, on which every port is open.
    static func hostNetworks(_ resources: some Sequence<Resource>) -> Set<String> {
        var names: Set<String> = []
        for resource in resources {
            guard case .network(let spec) = resource.spec else { continue }
            let name = spec.name ?? resource.address.name
            if (spec.external && name == "host") || spec.driver == "host" { names.insert(resource.address.name) }
        }
        return names
    }

    /// What is forbidden of a plan: its actions, and what it would leave behind, whoever made it from whatever.
    ///
    /// - Parameters:
    ///   - known: Networks that the plan leaves as they are, where they are known.
    ///   - standing: What is there beside what the plan changes, and stays; nothing, when everything is to go.
    package func violations(
        of plan: Plan,
        hostNetworks known: Set<String> = [],
        standing: [Resource] = []
    ) -> [PolicyViolation] {
        let desired = plan.steps.map { step in step.after.flatMap { try? $0.decoded(Resource.self) } }
        // One that is called so and not in the plan is taken for what it is called.
        let planned = Set(desired.compactMap { $0?.address }.filter { $0.kind == .network }.map(\.name))
        let networks = Self.hostNetworks(desired.compactMap { $0 })
            .union(known.union(["host"]).subtracting(planned))
        let changed = zip(plan.steps, desired)
            .flatMap { step, desired in
                actions(step) + (desired.map { violations(of: $0, hostNetworks: networks) } ?? [])
            }
        guard !plan.options.destroy else { return changed }
        let touched = Set(plan.steps.filter { $0.after != nil || $0.action == .delete }.map(\.address))
            .union(plan.steps.filter { $0.action == .forget }.map(\.address))
        return changed
            + standing.filter { !touched.contains($0.address) }
            .flatMap { violations(of: $0, hostNetworks: networks) }
    }

    /// - Parameter rule: What the policy says instead: `allows 80 and 443`; nil: only that it forbids it.
    func violation(
        _ code: DiagnosticCode,
        _ address: ResourceAddress,
        _ field: String?,
        _ message: String,
        _ rule: String = "forbids it"
    ) -> PolicyViolation {
        let shown = Escaping.visible(name)
        return PolicyViolation(
            code: code,
            address: address,
            field: field,
            // Formats of one line have no help: who forbids it belongs to what is wrong.
            message: "\(message): forbidden by \(shown)",
            help: "\(shown) \(rule)"
        )
    }

    /// `a, b and 3 more`.
    static func list(_ items: [String]) -> String {
        guard !items.isEmpty else { return "nothing" }
        let more = items.count > 5 ? " and \(items.count - 5) more" : ""
        return items.prefix(5).map { Escaping.visible($0) }.joined(separator: ", ") + more
    }
}
