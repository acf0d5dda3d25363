import Manifests
import Plans
import ResourceModel
import SourceDiagnostics

/// The policies that hold together: that of the project file and that of whoever calls.
package struct PolicySet: Sendable {
    private let checks: [PolicyCheck]

    /// - Parameter driver: The driver's name, which decides where a port listens that names no address.
    package init(_ policies: [LoadedPolicy], driver: String) {
        checks = policies.map { PolicyCheck($0.policy, name: $0.name, driver: driver) }
    }

    /// What they forbid of what was compiled, at the places where it is written.
    package func diagnostics(_ result: CompileResult) -> [Diagnostic] {
        guard !checks.isEmpty else { return [] }
        let networks = PolicyCheck.hostNetworks(result.partial.resources)
        let misread = result.misread
        return result.partial.resources.flatMap { resource in
            // Of a secret whose source cannot be read nobody knows whether it may be used; that it cannot is said.
            let found = checks.flatMap { $0.violations(of: resource, hostNetworks: networks) }
                .filter { $0.code != .forbiddenSecretSource || !misread.contains(resource.address) }
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
    ///
    /// - Parameter standing: What is there beside what the plan changes: what stays is held against them as well.
    package func findings(_ plan: Plan, standing: [Resource] = []) -> [PlanFinding] {
        let networks = PolicyCheck.hostNetworks(standing)
        return checks.flatMap { $0.violations(of: plan, hostNetworks: networks, standing: standing) }.map(\.finding)
    }

    /// What they forbid of forgetting resources without taking them down.
    package func findings(forgetting addresses: [ResourceAddress]) -> [PlanFinding] {
        checks.flatMap { check in addresses.flatMap(check.forgetting) }.map(\.finding)
    }
}

extension PolicyViolation {
    /// The violation as a finding that stops a plan.
    fileprivate var finding: PlanFinding {
        PlanFinding(code: code.id, severity: .error, address: address, message: message, help: help)
    }
}
