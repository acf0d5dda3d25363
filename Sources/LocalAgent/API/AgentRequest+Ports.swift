import ResourceModel

/// A port that a client asks about: whether a stranger holds it.
package typealias AskedPort = (address: String, port: Int, transport: TransportProtocol)

extension AgentRequest {
    /// More than all of one machine, by both protocols.
    private static let mostPorts = 1 << 18

    /// The ports of `GET /v1/inventory?ports=127.0.0.1:8080/tcp,127.0.0.1:5000-5010/udp`.
    ///
    /// What cannot be read is left out. Ranges are short to write, so that how many ports they make is limited.
    package func ports() throws(AgentError) -> [AskedPort] {
        var ports: [AskedPort] = []
        for item in (query["ports"] ?? "").split(separator: ",") {
            guard let slash = item.lastIndex(of: "/"), let colon = item[..<slash].lastIndex(of: ":"),
                let range = PortRange(parsing: item[item.index(after: colon)..<slash]),
                let transport = TransportProtocol(rawValue: String(item[item.index(after: slash)...]))
            else { continue }
            guard ports.count + range.last - range.first < Self.mostPorts else {
                throw AgentError(.invalid, "more than \(Self.mostPorts) ports are asked about at once")
            }
            let address = String(item[..<colon])
            ports += (range.first...range.last).map { (address, $0, transport) }
        }
        return ports
    }
}
