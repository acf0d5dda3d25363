import ResourceModel
import SourceDiagnostics

/// Whose logs are wanted: services by name, instances by id or by place (`web.1`); none named: all.
package struct LogSelection: Sendable, Hashable {
    package var names: [String]

    package init(_ names: [String]) {
        self.names = names
    }

    package func contains(_ instance: String, of service: String) -> Bool {
        names.isEmpty || names.contains { $0 == service || $0 == instance || $0 == InstanceName(instance)?.short }
    }

    /// The instances that are wanted, ended ones included as long as they are kept.
    package func instances(_ inventory: Inventory) -> [ObservedInstance] {
        inventory.services.flatMap { service in
            service.instances.filter { contains($0.id, of: service.address.name) }
        }
    }

    /// A name that means nothing here, and the one that was probably meant.
    package func unknown(_ inventory: Inventory) -> (name: String, suggestion: String?)? {
        let services = inventory.services.map(\.address.name)
        let ids = inventory.services.flatMap { $0.instances.map(\.id) }
        let all = services + ids + ids.compactMap { InstanceName($0)?.short }
        return names.first { !all.contains($0) }.map { ($0, Suggestion.nearest($0, in: all)) }
    }

    /// Whether nothing that is wanted can print any more: it is gone, or has ended for good.
    package func isOver(_ inventory: Inventory) -> Bool {
        let wanted = inventory.services.filter { service in
            names.isEmpty || names.contains(service.address.name)
                || service.instances.contains { contains($0.id, of: service.address.name) }
        }
        return wanted.allSatisfy { service in
            let instances = service.instances.filter { contains($0.id, of: service.address.name) }
            let isNamed = names.isEmpty || names.contains(service.address.name)
            // A service without instances is between two of them, unless none is wanted.
            if instances.isEmpty { return !isNamed || service.desiredReplicas == 0 }
            return instances.allSatisfy { $0.phase == .completed || $0.phase == .failed }
        }
    }
}
