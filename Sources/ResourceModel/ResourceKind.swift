/// What a manifest can declare.
///
/// The raw value is the first half of an address (`service/web`); `manifestName` is what a manifest's `kind:` says.
package enum ResourceKind: String, Sendable, Hashable, CaseIterable {
    case network
    case volume
    case secret
    case config
    case service

    /// The spelling in a manifest: `Service`.
    package var manifestName: String {
        switch self {
        case .network: "Network"
        case .volume: "Volume"
        case .secret: "Secret"
        case .config: "Config"
        case .service: "Service"
        }
    }
}

extension ResourceKind: Comparable {
    /// The default order of creation: what services use comes before services.
    package static func < (lhs: ResourceKind, rhs: ResourceKind) -> Bool {
        lhs.rank < rhs.rank
    }

    /// The position in the order of creation, from 0.
    package var rank: UInt8 {
        switch self {
        case .network: 0
        case .volume: 1
        case .secret: 2
        case .config: 3
        case .service: 4
        }
    }
}
