import ResourceModel
import StateStores

/// What `status` says of one service, from what is recorded and what is observed.
package struct ServiceStatus: Sendable, Hashable {
    /// How a service is, as one word.
    package enum Health: String, Sendable, Hashable {
        case healthy
        /// Some instances are healthy, or a rollout goes on.
        case degraded
        /// All are healthy, but not all are what the service is now: a rollout stopped halfway.
        case mixed
        case down
        /// A job that has ended well.
        case completed
        /// None is wanted.
        case stopped
        /// Recorded, but the cluster does not have it.
        case missing
        /// In the cluster with this project's label, but not recorded.
        case unrecorded
    }

    package var address: ResourceAddress
    package var health: Health
    package var desired: Int
    package var running: Int
    package var healthy: Int
    /// Nil: not recorded.
    package var revision: Int?
    package var restarts: Int
    /// Where it is reached: published ports from outside (`127.0.0.1:80`), others on its own address.
    package var endpoints: [String]
    /// The last thing to know about it as a whole.
    package var notice: String?
    /// The notice, or what its first troubled instance says.
    package var event: String?
    package var instances: [ObservedInstance]

    /// Services of both sides, in the order of their addresses.
    ///
    /// - Parameter hostAddress: Where the driver publishes ports whose manifest does not say.
    package static func all(
        recorded: RecordedState,
        inventory: Inventory,
        hostAddress: String = ""
    ) -> [ServiceStatus] {
        var result: [ServiceStatus] = []
        let observed = Dictionary(inventory.services.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        let known = Dictionary(
            recorded.resources.filter { $0.address.kind == .service }.map { ($0.address, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for address in Set(observed.keys).union(known.keys).sorted() {
            result.append(ServiceStatus(address, known[address], observed[address], hostAddress: hostAddress))
        }
        return result
    }

    package init(
        _ address: ResourceAddress,
        _ record: RecordedResource?,
        _ service: ObservedService?,
        hostAddress: String = ""
    ) {
        self.address = address
        let spec = record.flatMap { Self.spec($0.resource) }
        let live = service?.instances ?? []
        desired = service?.desiredReplicas ?? spec?.replicas ?? 0
        running = live.count { $0.phase == .running || $0.phase == .starting }
        healthy = live.count { $0.isHealthy }
        revision = record?.revision
        restarts = live.reduce(0) { $0 + $1.restarts }
        instances = live.sorted { ($0.slot, $0.id) < ($1.slot, $1.id) }
        endpoints = Self.endpoints(spec, service, hostAddress)
        let updated = live.count { $0.template == service?.template }
        let isMixed = updated < live.count && spec?.mode.isJob != true
        let isEnded = spec?.mode.isJob == true && live.count { $0.phase == .completed } >= max(1, desired)
        health =
            if record == nil { .unrecorded } else if service == nil { .missing } else if isEnded {
                .completed
            } else if desired == 0, running == 0 { .stopped } else if healthy >= desired {
                isMixed ? .mixed : .healthy
            } else {
                healthy > 0 ? .degraded : .down
            }
        notice =
            Self.rollout(service) ?? service?.trouble ?? (record == nil ? Self.unrecorded : nil)
            ?? (isMixed ? "\(updated) of \(live.count) updated" : nil)
        event = notice ?? Self.trouble(live)
    }

    private static func spec(_ text: CanonicalText) -> ServiceSpec? {
        do throws(CanonicalError) {
            return try text.decoded(Resource.self).spec.service
        } catch {
            return nil
        }
    }

    private static func endpoints(_ spec: ServiceSpec?, _ service: ObservedService?, _ host: String) -> [String] {
        guard let spec else { return [] }
        // What the driver says that it listens on, where it says so: it may have chosen from a range, or not publish.
        let told = service?.endpoints ?? []
        return spec.ports.flatMap { port -> [String] in
            let suffix = port.transport == .udp ? "/udp" : ""
            let inside = service?.virtualAddress.map { ["\($0):\(port.target)\(suffix)"] } ?? []
            guard let range = port.published else { return inside }
            if told.isEmpty { return ["\(port.hostIP ?? host):\(range.text)\(suffix)"] }
            let own = told.filter {
                $0.isPublished && $0.target == port.target && $0.transport == port.transport
                    && (range.first...range.last).contains($0.port)
            }
            return own.isEmpty ? inside : own.map { "\($0.address):\($0.port)\(suffix)" }
        }
    }

    /// Nothing but an apply that ended early leaves such a service behind.
    private static let unrecorded = "its creation did not finish; apply again"

    /// What the driver's own rollout says.
    private static func rollout(_ service: ObservedService?) -> String? {
        switch service?.rollout {
        case .updating: return "rolling out"
        case .paused(let reason): return "rollout paused: " + reason
        case .rollingBack(let reason): return "rolling back: " + reason
        case .rolledBack(let reason): return "rolled back: " + reason
        case .rollbackPaused(let reason): return "rollback paused: " + reason
        case .completed, nil: return nil
        }
    }

    /// What the first unhealthy instance says.
    private static func trouble(_ instances: [ObservedInstance]) -> String? {
        let troubled = instances.first { !$0.isHealthy && $0.phase != .completed }
        guard let troubled else { return nil }
        let message = troubled.message.map { ControlSequences.removed(from: $0) }
        let first = message?.split(separator: "\n").first.map(String.init)
        let parts = [troubled.exitStatus?.text, first].compactMap { $0 }
        let what = parts.isEmpty ? troubled.phase.rawValue : parts.joined(separator: ": ")
        return "\(troubled.id) \(what)"
    }
}
