import ResourceModel

/// The little that rules ask of resources other than the one they look at.
///
/// Side by side for all resources: their specs lie all over memory, and a copy of one would count every reference that
/// it holds, for each question about each service.
struct ResourceFacts: Sendable {
    var isJob = false
    /// Whether anything tells when an instance is ready.
    var isProbed = false
    /// Whether it is a volume that each node has of its own.
    var isOnEachNode = false
    var networks: [String] = []

    init(_ spec: ResourceSpec) {
        switch spec {
        case .service(let shared):
            isJob = shared.value.mode.isJob
            if case .some = shared.value.readiness { isProbed = true }
            if case .some = shared.value.healthcheck { isProbed = true }
            networks = shared.value.networks.map(\.network)
        case .volume(let volume):
            isOnEachNode = !volume.external && (volume.driver ?? "local") == "local" && volume.driverOptions.isEmpty
        case .network, .secret, .config: break
        }
    }
}
