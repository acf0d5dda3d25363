import ResourceModel

extension Scenario {
    /// Takes a resource, and what refers to it, out of every act.
    mutating func drop(_ address: ResourceAddress) {
        for act in acts.indices {
            acts[act].declared.drop(address)
            acts[act].command.targets.removeAll { $0 == address }
        }
    }
}

extension Project {
    /// Takes a resource out, and the references to it.
    mutating func drop(_ address: ResourceAddress) {
        resources.removeAll { $0.address == address }
        let name = address.name
        for index in resources.indices {
            guard var spec = resources[index].spec.service else { continue }
            switch address.kind {
            case .network: spec.networks.removeAll { $0.network == name }
            case .volume: spec.mounts.removeAll { $0.source == name }
            case .secret: spec.secrets.removeAll { $0.source == name }
            case .config: spec.configs.removeAll { $0.source == name }
            case .service: spec.dependsOn.removeAll { $0.service == name }
            }
            resources[index].spec = .service(spec)
        }
    }
}
