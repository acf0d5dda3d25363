import Drivers
import ResourceModel

extension ServiceForward {
    /// The service's own name and its aliases on every network that it is on.
    func networks() throws(DriverError) -> [CanonicalValue] {
        if spec.networks.isEmpty {
            guard let network = names.defaultNetwork else { return [] }
            return [attachment(network.id, NetworkAttachment())]
        }
        var attachments: [CanonicalValue] = []
        for (index, attached) in spec.networks.enumerated() {
            guard let network = names.networks[attached.network] else {
                throw missing("network", attached.network, "networks[\(index)]")
            }
            attachments.append(attachment(network.id, attached))
        }
        return attachments
    }

    private func attachment(_ id: String, _ attached: NetworkAttachment) -> CanonicalValue {
        var json = EngineJSON()
        json.set("Target", id)
        json.some("Aliases", [service] + attached.aliases.filter { $0 != service })
        json.some("DriverOpts", attached.driverOptions)
        return json.value
    }

    /// Published ports, one for each of a range; a port that is not published needs none, as every one is open inside.
    func endpoint() throws(DriverError) -> EngineJSON {
        var json = EngineJSON()
        let mode = spec.endpointMode ?? .vip
        json.set("Mode", mode.rawValue)
        var ports: [CanonicalValue] = []
        for (index, port) in spec.ports.enumerated() {
            guard let published = port.published else { continue }
            if let address = port.hostIP, !Self.isEverywhere(address) {
                throw refusal(
                    "ports[\(index)].hostIP",
                    "cannot be kept: the engine publishes services on every address of its nodes",
                    help: "remove it, and let a firewall keep strangers away"
                )
            }
            if mode == .dnsrr, port.mode == .ingress {
                throw refusal(
                    "ports[\(index)].mode",
                    "cannot be ingress with `endpointMode: dnsrr`",
                    help: "write `mode: host`, or `endpointMode: vip`"
                )
            }
            ports += (published.first...published.last).map { self.port($0, port) }
        }
        json.some("Ports", ports)
        return json
    }

    private func port(_ published: Int, _ port: PortSpec) -> CanonicalValue {
        var json = EngineJSON()
        json.some("Name", port.name)
        json.set("Protocol", port.transport.rawValue)
        json.set("TargetPort", port.target)
        json.set("PublishedPort", published)
        json.set("PublishMode", port.mode.rawValue)
        return json.value
    }

    /// Whether an address to listen on stands for all of them, which is what the engine does.
    private static func isEverywhere(_ address: String) -> Bool { ["", "0.0.0.0", "::"].contains(address) }
}
