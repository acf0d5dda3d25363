import ResourceModel

extension EngineReading {
    /// The address on the first of the service's own networks; the ingress network's is nobody's business.
    static func virtualAddress(_ json: CanonicalValue) -> String? {
        let networks = json.at("Spec", "TaskTemplate", "Networks")?.array ?? []
        let virtual = json.at("Endpoint", "VirtualIPs")?.array ?? []
        for target in networks.compactMap({ $0["Target"]?.string }) {
            let address = virtual.first { $0["NetworkID"]?.string == target }?["Addr"]?.string
            if let address, !address.isEmpty { return String(address.prefix { $0 != "/" }) }
        }
        return nil
    }

    /// The published ports: those of every node at `host`, those of single nodes at the nodes' own addresses.
    static func endpoints(
        _ json: CanonicalValue,
        _ tasks: [EngineTask],
        _ nodes: ClusterNodes,
        host: String,
        virtualAddress: String?
    ) -> [ServiceEndpoint] {
        let ports = json.at("Endpoint", "Ports")?.array ?? []
        var found: [ServiceEndpoint] = []
        for port in ports where port["PublishMode"]?.string != "host" {
            if let endpoint = endpoint(port, at: host) { found.append(endpoint) }
        }
        for task in tasks where task.state == .running && task.isWanted {
            for port in task.ports {
                guard let endpoint = endpoint(port, at: nodes.address(of: task.node)) else { continue }
                if !found.contains(endpoint) { found.append(endpoint) }
            }
        }
        guard let virtualAddress else { return found }
        for port in ports {
            guard var endpoint = endpoint(port, at: virtualAddress) else { continue }
            endpoint.port = endpoint.target
            endpoint.isPublished = false
            if !found.contains(endpoint) { found.append(endpoint) }
        }
        return found
    }

    private static func endpoint(_ port: CanonicalValue, at address: String) -> ServiceEndpoint? {
        guard let target = port["TargetPort"]?.wholeNumber, let published = port["PublishedPort"]?.wholeNumber else {
            return nil
        }
        return ServiceEndpoint(
            address: address,
            port: Int(published),
            transport: port["Protocol"]?.string.flatMap(TransportProtocol.init(rawValue:)) ?? .tcp,
            target: Int(target),
            isPublished: true
        )
    }
}
