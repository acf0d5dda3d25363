/// A port that a service offers.
package struct PortSpec: Sendable, Hashable {
    package var name: String?
    /// The port inside the service: 1 to 65535.
    package var target = 0
    /// The port or range outside; nil: not published.
    package var published: PortRange?
    package var transport = TransportProtocol.tcp
    package var mode = PublishMode.ingress
    /// The host address that a published port listens on; nil: the driver's default.
    package var hostIP: String?

    package init() {}
}

extension PortSpec: CanonicalRecord {
    package static let fields: [CanonicalField<PortSpec>] = [
        .init("name", \.name),
        .init("target", \.target),
        .init("published", \.published, .service),
        .init("protocol", \.transport),
        .init("mode", \.mode, .service),
        .init("hostIP", \.hostIP, .service),
    ]
}

/// One port or a range of ports, both ends included.
package struct PortRange: Sendable, Hashable, CanonicalTextConvertible {
    package var first: Int
    package var last: Int

    package init(_ first: Int, _ last: Int) {
        self.first = first
        self.last = last
    }

    /// Reads `8080` or `8000-8010`; nil when a port is outside 1 to 65535 or the range is empty.
    package init?(parsing text: some StringProtocol) {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
        guard let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }),
            (1...65535).contains(first), (1...65535).contains(last), first <= last
        else { return nil }
        self.init(first, last)
    }

    package var text: String { first == last ? "\(first)" : "\(first)-\(last)" }
    package var count: Int { last - first + 1 }
}

/// The transport of a port.
package enum TransportProtocol: String, CanonicalEnum {
    case tcp
    case udp
}

/// Whether a published port is open on every node (ingress) or on the instance's own node (host).
package enum PublishMode: String, CanonicalEnum {
    case ingress
    case host
}
