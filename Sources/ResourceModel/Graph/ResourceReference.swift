/// One mention of another resource in a spec.
package struct ResourceReference: Sendable, Hashable {
    package var address: ResourceAddress
    /// Where the spec says it: `networks[0]`, `environment.PASSWORD`.
    package var field: String
    /// For a dependency between services.
    package var condition: DependencyCondition?

    package init(_ address: ResourceAddress, field: String, condition: DependencyCondition? = nil) {
        self.address = address
        self.field = field
        self.condition = condition
    }
}

extension Resource {
    /// Everything that the resource needs, in the order of its fields; one entry per mention.
    package var references: [ResourceReference] {
        guard case .service(let service) = spec else { return [] }
        return service.references
    }
}

extension ServiceSpec {
    /// Every mention of a network, volume, secret, config or service.
    package var references: [ResourceReference] {
        var found: [ResourceReference] = []
        for entry in environment {
            switch entry.value {
            case .text: continue
            case .secret(let name, _): found.append(.init(.init(.secret, name), field: "environment.\(entry.key)"))
            case .config(let name, _): found.append(.init(.init(.config, name), field: "environment.\(entry.key)"))
            }
        }
        for (index, attachment) in networks.enumerated() {
            found.append(.init(.init(.network, attachment.network), field: "networks[\(index)]"))
        }
        for (index, mount) in mounts.enumerated() where mount.type == .volume {
            guard let source = mount.source else { continue }
            found.append(.init(.init(.volume, source), field: "mounts[\(index)]"))
        }
        for (index, reference) in secrets.enumerated() {
            found.append(.init(.init(.secret, reference.source), field: "secrets[\(index)]"))
        }
        for (index, reference) in configs.enumerated() {
            found.append(.init(.init(.config, reference.source), field: "configs[\(index)]"))
        }
        for (index, dependency) in dependsOn.enumerated() {
            found.append(
                .init(
                    .init(.service, dependency.service),
                    field: "dependsOn[\(index)]",
                    condition: dependency.condition
                )
            )
        }
        return found
    }
}
