import ResourceModel

/// Ports of hosts that two entries cannot both have.
enum PublishedPorts {
    /// Whether two published ports need the same port of the same host.
    static func clash(_ left: PortSpec, _ one: PortRange, _ right: PortSpec, _ two: PortRange) -> Bool {
        left.transport == right.transport && one.first <= two.last && two.first <= one.last
            // A range leaves the choice of the port to the driver, so only ranges without a free port clash.
            && (one.count == 1 || two.count == 1 || one == two) && (one.count == two.count)
            && addressesMeet(left.hostIP, right.hostIP)
    }

    /// Whether listening on both addresses needs the same port twice: no address stands for all of them.
    static func addressesMeet(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return true }
        return left == right || isAny(left) || isAny(right)
    }

    private static func isAny(_ address: String) -> Bool { address == "0.0.0.0" || address == "::" }
}
