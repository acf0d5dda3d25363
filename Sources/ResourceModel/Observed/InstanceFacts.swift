/// What is known of an instance beside what planning looks at: for people who want to know how it is doing.
///
/// Times are milliseconds since 1970; nil where a driver does not know.
package struct InstanceFacts: Sendable, Hashable {
    package var id = ""
    /// Since when it is in its phase and as healthy as it is.
    package var since: Int?
    /// When its present run started.
    package var startedAt: Int?
    /// When it starts again; only while it waits for that.
    package var startsAgainAt: Int?
    /// The process id of its command, as the machine sees it.
    package var process: Int?
    /// The ports that the instance itself listens on, behind its service's.
    package var ports: [InstancePortFact] = []

    package init() {}

    package init(id: String) {
        self.id = id
    }
}

extension InstanceFacts: CanonicalRecord {
    package static let fields: [CanonicalField<InstanceFacts>] = [
        .init("id", \.id),
        .init("since", \.since),
        .init("startedAt", \.startedAt),
        .init("startsAgainAt", \.startsAgainAt),
        .init("process", \.process),
        .init("ports", \.ports),
    ]
}

/// A port of an instance: which of its service's target ports it stands for, and its number on the machine.
package struct InstancePortFact: Sendable, Hashable {
    package var target = 0
    package var transport = TransportProtocol.tcp
    package var port = 0

    package init() {}

    package init(target: Int, transport: TransportProtocol = .tcp, port: Int) {
        self.target = target
        self.transport = transport
        self.port = port
    }
}

extension InstancePortFact: CanonicalRecord {
    package static let fields: [CanonicalField<InstancePortFact>] = [
        .init("target", \.target), .init("protocol", \.transport), .init("port", \.port),
    ]
}
