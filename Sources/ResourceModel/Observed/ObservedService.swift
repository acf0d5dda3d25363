/// A service as it is: its definition's labels and its instances.
package struct ObservedService: Sendable, Hashable {
    package var labels: OwnershipLabels
    /// The digest of what an instance of the current definition is.
    package var template: Fingerprint
    /// The replica count that the cluster aims at now; differs from the spec's under an autoscaler or after a live edit.
    package var desiredReplicas: Int
    package var instances: [ObservedInstance]
    /// How far the driver's own rollout has got; nil for a driver without one.
    package var rollout: NativeRolloutState?
    /// The address that the service's name resolves to.
    package var virtualAddress: String?
    /// Where it listens now, as far as the driver knows; its own address and published ports.
    package var endpoints: [ServiceEndpoint]
    /// What keeps the driver from serving it as declared, such as a port that a stranger holds; nil: nothing.
    package var trouble: String?
    /// Fields that somebody else changed in place since they were applied, in the order of their paths.
    package var edits: [LiveEdit]

    package var address: ResourceAddress { labels.address }

    /// Whether the driver's own rollout stands still half done.
    package var isPaused: Bool {
        switch rollout {
        case .paused, .rollbackPaused: true
        default: false
        }
    }

    package init(
        labels: OwnershipLabels,
        template: Fingerprint,
        desiredReplicas: Int,
        instances: [ObservedInstance] = [],
        rollout: NativeRolloutState? = nil,
        virtualAddress: String? = nil,
        endpoints: [ServiceEndpoint] = [],
        trouble: String? = nil,
        edits: [LiveEdit] = []
    ) {
        self.labels = labels
        self.template = template
        self.desiredReplicas = desiredReplicas
        self.instances = instances
        self.rollout = rollout
        self.virtualAddress = virtualAddress
        self.endpoints = endpoints
        self.trouble = trouble
        self.edits = edits
    }
}

/// A field of a service that is in the cluster otherwise than recorded: somebody changed it behind orchplan's back.
package struct LiveEdit: Sendable, Hashable {
    /// As in a manifest, below `spec`: `image`, `environment.MODE`; where there is no such field, the cluster's own name.
    package var path: String
    /// As it was applied; nil: not set.
    package var applied: CanonicalValue?
    /// As it is now; nil: not set.
    package var live: CanonicalValue?
    /// Whether it was so when the service was imported: then nobody changed it, and `applied` is what is declared.
    package var wasImported: Bool

    package init(path: String, applied: CanonicalValue?, live: CanonicalValue?, wasImported: Bool = false) {
        self.path = path
        self.applied = applied
        self.live = live
        self.wasImported = wasImported
    }

    /// What the path of a field begins with that no manifest has.
    package static let enginePrefix = "engine."

    /// The field as people call it: `image`; what no manifest has, `the engine's MaxConcurrent`.
    package var shown: String {
        guard path.hasPrefix(Self.enginePrefix), let name = path.split(separator: ".").last else { return path }
        return "the engine's \(name)"
    }
}

/// One place where a service listens.
package struct ServiceEndpoint: Sendable, Hashable {
    package var address: String
    package var port: Int
    package var transport: TransportProtocol
    /// The target port that it leads to.
    package var target: Int
    /// Whether it is one of the host's ports; otherwise it is on the service's own address.
    package var isPublished: Bool

    package init(address: String, port: Int, transport: TransportProtocol, target: Int, isPublished: Bool) {
        self.address = address
        self.port = port
        self.transport = transport
        self.target = target
        self.isPublished = isPublished
    }
}

/// One running copy of a service.
package struct ObservedInstance: Sendable, Hashable {
    /// Unique in the project: `web.1.3f9c2a7b`.
    package var id: String
    /// The place it fills, from 1; for a global service the node's number.
    package var slot: Int
    package var node: String
    /// The digest of what it is: differs from the service's while a rollout goes on.
    package var template: Fingerprint
    package var phase: InstancePhase
    /// Whether it takes new connections: running, and its readiness probe (if any) succeeds.
    package var isHealthy: Bool
    /// How often it was started again since it was created.
    package var restarts: Int
    package var exitStatus: ExitStatus?
    /// Why it is as it is, for people: the last probe's answer, the last lines of a crashed process.
    package var message: String?
    /// Connections that are open to it through the driver's balancers now (UDP: flows); 0 where nobody counts them.
    package var openConnections: Int
    /// What holds it to each limit of its manifest.
    package var limits: [HeldLimit]

    package init(
        id: String,
        slot: Int,
        node: String,
        template: Fingerprint,
        phase: InstancePhase,
        isHealthy: Bool = false,
        restarts: Int = 0,
        exitStatus: ExitStatus? = nil,
        message: String? = nil,
        openConnections: Int = 0,
        limits: [HeldLimit] = []
    ) {
        self.id = id
        self.slot = slot
        self.node = node
        self.template = template
        self.phase = phase
        self.isHealthy = isHealthy
        self.restarts = restarts
        self.exitStatus = exitStatus
        self.message = message
        self.openConnections = openConnections
        self.limits = limits
    }
}

/// Where an instance is in its life.
package enum InstancePhase: String, CanonicalEnum {
    /// Waiting for a node, an image or its turn.
    case pending
    /// The process is there; its readiness probe has not succeeded yet.
    case starting
    case running
    /// Ended and waiting for its next start.
    case backoff
    /// Taken out of load balancing and asked to stop.
    case stopping
    /// Ended well and for good: a job that is done.
    case completed
    /// Ended badly and for good.
    case failed
}

/// How a process ended.
package enum ExitStatus: Sendable, Hashable {
    case code(Int)
    case signal(Int)
    /// It ended while nobody could see how.
    case unknown

    package var isSuccess: Bool { self == .code(0) }

    /// `exit status 3`, `SIGKILL`: what every view, event and message calls it.
    package var text: String {
        switch self {
        case .code(let code): "exit status \(code)"
        case .signal(let number): SignalNames.name(number) ?? "signal \(number)"
        case .unknown: "exit status unknown"
        }
    }
}

/// How far a driver's own rollout has got; SwarmKit's update states.
package enum NativeRolloutState: Sendable, Hashable {
    case updating
    case completed
    case paused(reason: String)
    case rollingBack(reason: String)
    case rolledBack(reason: String)
    case rollbackPaused(reason: String)
}
