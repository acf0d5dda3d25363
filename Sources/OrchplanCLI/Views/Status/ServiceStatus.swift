import ResourceModel
import StateStores

/// What `status` says of one service, from what is recorded and what is observed.
package struct ServiceStatus: Sendable, Hashable {
    /// How a service is, as one word.
    package enum Health: String, Sendable, Hashable {
        case healthy
        /// Some instances are healthy, or a rollout goes on.
        case degraded
        /// All are healthy, but not all are what the service is now: a rollout goes on or stopped halfway.
        case mixed
        /// None is healthy yet, and nothing speaks against it: it has just been started.
        case starting
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
    /// Instances that are what the service is now.
    package var updated: Int
    /// Whether somebody is changing things right now.
    package var isAtWork: Bool
    /// Nil: not recorded.
    package var revision: Int?
    package var restarts: Int
    /// As it was recorded; nil: not recorded, or by a version that this one cannot read.
    package var spec: ServiceSpec?
    /// The address that its name resolves to.
    package var virtualAddress: String?
    package var ports: [ServicePort]
    /// The last thing to know about it as a whole.
    package var notice: String?
    package var instances: [InstanceStatus]
    /// What happened to it lately, oldest first.
    package var events: [StatusEvent]

    package init(
        _ address: ResourceAddress,
        _ record: RecordedResource?,
        _ service: ObservedService?,
        _ input: StatusInput
    ) {
        let spec = record.flatMap { Self.spec($0.resource) }
        let live = (service?.instances ?? []).sorted { ($0.slot, $0.id) < ($1.slot, $1.id) }
        self.address = address
        self.spec = spec
        desired = service?.desiredReplicas ?? spec?.replicas ?? 0
        running = live.count { $0.phase == .running || $0.phase == .starting }
        healthy = live.count { $0.isHealthy }
        updated = live.count { $0.template == service?.template }
        isAtWork = input.holder != nil
        revision = record?.revision
        restarts = live.reduce(0) { $0 + $1.restarts }
        virtualAddress = service?.virtualAddress
        ports = (spec?.ports ?? [])
            .map {
                ServicePort(
                    $0,
                    service: address.name,
                    hostAddress: input.hostAddress,
                    observed: service?.endpoints ?? []
                )
            }
        instances = live.map { InstanceStatus($0, isCurrent: $0.template == service?.template, input) }
        events = input.events.filter { $0.concerns(address.name) }
        health = .missing
        let isMixed = updated < live.count && spec?.mode.isJob != true
        health = record == nil ? .unrecorded : service == nil ? .missing : judge(isMixed: isMixed)
        notice =
            Self.rollout(service) ?? service?.trouble
            ?? (record == nil && input.holder == nil ? Self.unrecorded(address, input) : nil)
        if notice == nil, isMixed {
            notice = "\(input.holder == nil ? "" : "rolling out, ")\(progress)"
        }
    }

    /// How far a rollout is: instances of the new definition that are healthy, of those that are wanted.
    ///
    /// Those that go, and those that crash, are neither.
    var progress: String {
        let done = instances.count { $0.isCurrent && $0.observed.isHealthy }
        return "\(min(done, desired)) of \(desired) updated"
    }

    private func judge(isMixed: Bool) -> Health {
        let completed = instances.count { $0.observed.phase == .completed }
        if spec?.mode.isJob == true, completed >= max(1, desired) { return .completed }
        if desired == 0, running == 0 { return .stopped }
        if healthy >= desired { return isMixed ? .mixed : .healthy }
        if healthy > 0 { return .degraded }
        let isNew =
            instances.count >= desired
            && instances.allSatisfy {
                [.starting, .pending].contains($0.observed.phase) && $0.observed.restarts == 0
            }
        return isNew ? .starting : .down
    }

    /// Whether all of it is as it should be, jobs that are done included.
    package var isWell: Bool {
        [.healthy, .completed, .stopped].contains(health) && troubles.allSatisfy { $0.look != .red }
    }

    /// Whether it is not well only because it is on its way there.
    package var isChanging: Bool { health == .starting || health == .mixed && isAtWork }

    /// What is wrong with its instances.
    package var troubles: [InstanceTrouble] { instances.compactMap(\.trouble) }

    /// The notice, or what its first troubled instance says.
    package var event: String? {
        notice ?? instances.lazy.compactMap { one in one.trouble.map { "\(one.id) \($0.text)" } }.first
    }

    static func spec(_ text: CanonicalText) -> ServiceSpec? {
        do throws(CanonicalError) {
            return try text.decoded(Resource.self).spec.service
        } catch {
            return nil
        }
    }

    /// An apply that ended early, one with another record, or a record that was taken out leaves such a service behind.
    private static func unrecorded(_ address: ResourceAddress, _ input: StatusInput) -> String {
        if input.recorded.attempted.contains(address) { return "its creation did not finish; apply again" }
        let isBlank = input.recorded.resources.isEmpty && input.recorded.attempted.isEmpty
        return isBlank ? "applied with another record than this one" : "not in the record; see orchplan plan"
    }

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
}
