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
        spec.references
    }
}

/// Where a spec mentions another resource, as a value that becomes a path only when somebody reads it.
package enum ReferenceSite: Sendable, Hashable {
    case environment(String)
    case networks(Int)
    case mounts(Int)
    case secrets(Int)
    case configs(Int)
    case dependsOn(Int)

    /// The path below `spec`: `networks[0]`.
    package var path: String {
        switch self {
        case .environment(let key): "environment.\(key)"
        case .networks(let index): "networks[\(index)]"
        case .mounts(let index): "mounts[\(index)]"
        case .secrets(let index): "secrets[\(index)]"
        case .configs(let index): "configs[\(index)]"
        case .dependsOn(let index): "dependsOn[\(index)]"
        }
    }
}

extension ResourceSpec {
    /// Every mention of a network, volume, secret, config or service.
    package var references: [ResourceReference] {
        var found: [ResourceReference] = []
        forEachReference { address, site, condition in
            found.append(ResourceReference(address, field: site.path, condition: condition))
        }
        return found
    }

    /// Visits every mention in the order of the fields; builds no text, since graphs of many thousand services do this.
    package func forEachReference(_ body: (ResourceAddress, ReferenceSite, DependencyCondition?) -> Void) {
        // The few lists that can mention something, rather than a copy of the whole spec.
        guard case .service(let shared) = self else { return }
        for entry in shared.value.environment.entries {
            switch entry.value {
            case .text: continue
            case .secret(let name, _): body(ResourceAddress(.secret, name), .environment(entry.key), nil)
            case .config(let name, _): body(ResourceAddress(.config, name), .environment(entry.key), nil)
            }
        }
        for (index, attachment) in shared.value.networks.enumerated() {
            body(ResourceAddress(.network, attachment.network), .networks(index), nil)
        }
        for (index, mount) in shared.value.mounts.enumerated() where mount.type == .volume {
            guard let source = mount.source else { continue }
            body(ResourceAddress(.volume, source), .mounts(index), nil)
        }
        for (index, reference) in shared.value.secrets.enumerated() {
            body(ResourceAddress(.secret, reference.source), .secrets(index), nil)
        }
        for (index, reference) in shared.value.configs.enumerated() {
            body(ResourceAddress(.config, reference.source), .configs(index), nil)
        }
        for (index, dependency) in shared.value.dependsOn.enumerated() {
            body(ResourceAddress(.service, dependency.service), .dependsOn(index), dependency.condition)
        }
    }
}
