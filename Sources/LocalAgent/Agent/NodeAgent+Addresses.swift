import ResourceModel

/// Loopback addresses of services and instances, and ports of published ranges.
extension NodeAgent {
    /// The port whose binding (UDP, on the address itself) tells other agents that an address is taken.
    static let claimPort = 17_077

    /// Gives a service its address of 127.77.0.0/16.
    func claimAddress(_ service: ServiceRuntime, wanted: String?) throws(AgentError) {
        let name = service.record.name
        let (address, claim) = try Self.claimAddress(
            in: "127.77",
            seed: "\(directory.scope)\n\(name)",
            wanted: wanted,
            for: "service \(name)"
        )
        if let wanted, wanted != address { note("service/\(name)", "moved from \(wanted), which another agent has") }
        service.record.virtualAddress = address
        service.addressClaim = claim
    }

    /// Gives an instance its address of 127.78.0.0/16; what it had is kept where it can be had.
    func claimAddress(_ instance: InstanceRuntime) throws(AgentError) {
        guard instance.addressClaim == nil else { return }
        let (address, claim) = try Self.claimAddress(
            in: "127.78",
            seed: "\(directory.scope)\n\(instance.record.id)",
            wanted: instance.record.address.isEmpty ? nil : instance.record.address,
            for: "instance \(instance.record.id)"
        )
        instance.record.address = address
        instance.addressClaim = claim
    }

    /// Finds an address: the wanted one, or by a digest of the seed, the next ones where that is taken.
    private static func claimAddress(
        in network: String,
        seed: String,
        wanted: String?,
        for subject: String
    ) throws(AgentError) -> (String, Descriptor) {
        if let wanted, let claim = HostAddress.claim(wanted, claimPort, .udp) {
            return (wanted, claim)
        }
        let start = digest(seed)
        for attempt in 0..<UInt64(4096) {
            let place = (start &+ attempt) % (254 * 254)
            let address = "\(network).\(place / 254 + 1).\(place % 254 + 1)"
            if let claim = HostAddress.claim(address, claimPort, .udp) { return (address, claim) }
        }
        let holder = PortHolders.occupied("0.0.0.0", claimPort, .udp)
        throw AgentError(
            .occupied,
            "no loopback address of \(network).0.0/16 is free for \(subject): port \(claimPort)/udp, which claims an"
                + " address, is taken by \(holder?.holder ?? "another process") on \(holder?.address ?? "each")",
            help: "stop it: the agent keeps other agents off its addresses with that port"
        )
    }

    /// FNV-1a: stable from run to run, which the standard hasher is not.
    static func digest(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    // MARK: Ranges

    /// Chooses the first free port of every published range that has none yet, or whose port was lost to a stranger.
    func choosePorts(_ service: ServiceRuntime) throws(AgentError) {
        var chosen: [ChosenPort] = []
        for port in service.record.spec.ports where port.mode == .ingress {
            guard let range = port.published, range.count > 1 else { continue }
            let address = port.hostIP ?? WantedListeners.hostAddress
            let before = service.record.chosenPorts.first { $0.isFor(port) }?.port
            func isFree(_ number: Int) -> Bool {
                if chosen.contains(where: { $0.port == number && $0.transport == port.transport }) { return false }
                let isOwn = service.listeners.keys.contains {
                    $0.address == address && $0.port == number && $0.transport == port.transport
                }
                return isOwn || HostAddress.claim(address, number, port.transport) != nil
            }
            guard
                let number = before.flatMap({ isFree($0) ? $0 : nil })
                    ?? (range.first...range.last).first(where: isFree)
            else {
                let holder = PortHolders.occupied(address, range.first, port.transport)?.holder ?? "another process"
                throw AgentError(
                    .occupied,
                    "every port of \(address):\(range.text)/\(port.transport.rawValue) is taken, the first by \(holder)",
                    help: "stop it, or publish a wider range"
                )
            }
            chosen.append(ChosenPort(port, range, port: number))
        }
        guard chosen != service.record.chosenPorts else { return }
        service.record.chosenPorts = chosen
        if services[service.record.name] === service {
            try directory.save(service.record, at: directory.serviceRecord(service.record.name))
        }
    }
}
