import ResourceModel

/// Ports of hosts that two entries cannot both have.
enum PublishedPorts {
    /// Whether listening on both addresses needs the same port twice: no address stands for all of them.
    static func addressesMeet(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return true }
        return left == right || isAny(left) || isAny(right)
    }

    static func isAny(_ address: String?) -> Bool { address == nil || address == "0.0.0.0" || address == "::" }

    /// Who has which port, looked up in constant time: one short form stands for up to 65,535 ports.
    ///
    /// A range leaves the choice of the port to the driver, so only the same range clashes with it.
    struct Owners<Owner> {
        private struct Key: Hashable {
            var transport: TransportProtocol
            var first: Int
            var last: Int
        }

        private struct Claim {
            var owner: Owner
            var hostIP: String?
            /// Further owners that have the port at one address each.
            var others: [String: Owner] = [:]
        }

        private var claims: [Key: Claim] = [:]

        /// Notes who needs a port; gives the owner that has it already, if any.
        mutating func claim(_ port: PortSpec, _ published: PortRange, by owner: Owner) -> Owner? {
            let key = Key(transport: port.transport, first: published.first, last: published.last)
            guard let known = claims[key] else {
                claims[key] = Claim(owner: owner, hostIP: port.hostIP)
                return nil
            }
            guard let address = port.hostIP, !addressesMeet(known.hostIP, address) else { return known.owner }
            if let other = known.others[address] { return other }
            claims[key]?.others[address] = owner
            return nil
        }
    }
}
