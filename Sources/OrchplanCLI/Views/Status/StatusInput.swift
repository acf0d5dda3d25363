import ResourceModel
import StateStores

/// Everything that was read at one moment to say how the services are.
package struct StatusInput: Sendable {
    package var recorded: RecordedState
    package var inventory: Inventory
    package var now: Timestamp
    /// Where the driver publishes ports whose manifest does not say.
    package var hostAddress = ""
    /// By instance.
    package var facts: [String: InstanceFacts] = [:]
    package var usage: [String: InstanceUsage] = [:]
    /// The last lines that troubled instances printed, by instance.
    package var logs: [String: [String]] = [:]
    /// Oldest first.
    package var events: [StatusEvent] = []
    /// Who is changing things right now.
    package var holder: LockHolder?
    /// The last revision, where its apply is gone and did not bring it to its end.
    package var interrupted: Int?
    /// What that was: `apply`, `destroy`.
    package var interruptedCommand = "apply"
    /// Whether the state is not the one that was worked with last.
    package var isOldCopy = false
    /// What the driver does not do although a manifest may say it.
    package var unsupported: [UnsupportedField] = []
    /// Whether the driver's nodes are those of a cluster, and not this machine alone.
    package var isCluster = false

    package init(recorded: RecordedState, inventory: Inventory, now: Timestamp, hostAddress: String = "") {
        self.recorded = recorded
        self.inventory = inventory
        self.now = now
        self.hostAddress = hostAddress
    }
}

/// Something that happened to a service or an instance.
package struct StatusEvent: Sendable, Hashable {
    package var time: Timestamp
    /// A service's name or an instance's id.
    package var subject: String
    package var text: String

    package init(time: Timestamp, subject: String, text: String) {
        self.time = time
        self.subject = subject
        self.text = text
    }

    /// Whether it is about the service or one of its instances, those that are gone included.
    package func concerns(_ service: String) -> Bool {
        subject == service || InstanceName(subject)?.service == service
    }
}

/// The parts of an instance's id: `web.1.3f9c2a7b`.
package struct InstanceName: Sendable, Hashable {
    package var service: String
    package var slot: Int

    /// Nil for a text that is no instance's id; a service's name may have dots of its own.
    package init?(_ id: String) {
        let parts = id.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, let slot = Int(parts[parts.count - 2]) else { return nil }
        service = parts.dropLast(2).joined(separator: ".")
        self.slot = slot
    }

    /// The name without what tells apart those that fill the place one after the other: `web.1`.
    package var short: String { "\(service).\(slot)" }
}

/// What an instance uses now.
package struct InstanceUsage: Sendable, Hashable {
    /// Processors in use, 1 for one whole; nil: it takes two readings to know.
    package var cpus: Double?
    package var memory: ByteCount?

    package init(cpus: Double? = nil, memory: ByteCount? = nil) {
        self.cpus = cpus
        self.memory = memory
    }
}
