import ResourceModel

/// Everything that an agent keeps, as the API reports it.
package struct WireInventory: Sendable, Hashable {
    package var nodes: [WireNode] = []
    package var objects: [WireObject] = []
    package var services: [WireService] = []
    package var occupiedPorts: [WirePort] = []

    package init() {}

    package init(_ inventory: Inventory) {
        nodes = inventory.nodes.map(WireNode.init)
        objects = inventory.objects.map { object in
            var wire = WireObject()
            wire.labels = RecordedLabels(object.labels)
            wire.name = object.name
            return wire
        }
        services = inventory.services.map(WireService.init)
        occupiedPorts = inventory.occupiedPorts.map(WirePort.init)
    }

    package var inventory: Inventory {
        Inventory(
            nodes: nodes.map(\.node),
            objects: objects.compactMap { object in
                object.labels.labels.map { ObservedObject(labels: $0, name: object.name) }
            },
            services: services.compactMap(\.service),
            occupiedPorts: occupiedPorts.map(\.port)
        )
    }
}

extension WireInventory: CanonicalRecord {
    package static let fields: [CanonicalField<WireInventory>] = [
        .init("nodes", \.nodes),
        .init("objects", \.objects),
        .init("services", \.services),
        .init("occupiedPorts", \.occupiedPorts),
    ]
}

/// The machine, as the API reports it.
package struct WireNode: Sendable, Hashable {
    package var id = ""
    package var hostname = ""
    package var cpus = CPUCount(nanoCPUs: 0)
    package var memory = ByteCount(bytes: 0)

    package init() {}

    init(_ node: Node) {
        id = node.id
        hostname = node.hostname
        cpus = node.cpus
        memory = node.memory
    }

    package var node: Node { Node(id: id, hostname: hostname, cpus: cpus, memory: memory) }
}

extension WireNode: CanonicalRecord {
    package static let fields: [CanonicalField<WireNode>] = [
        .init("id", \.id), .init("hostname", \.hostname), .init("cpus", \.cpus), .init("memory", \.memory),
    ]
}

/// A network, volume, secret or config, as the API reports it.
package struct WireObject: Sendable, Hashable {
    package var labels = RecordedLabels()
    package var name = ""

    package init() {}
}

extension WireObject: CanonicalRecord {
    package static let fields: [CanonicalField<WireObject>] = [.init("labels", \.labels), .init("name", \.name)]
}

/// A port that a stranger holds, as the API reports it.
package struct WirePort: Sendable, Hashable {
    package var address = ""
    package var number = 0
    package var transport = TransportProtocol.tcp
    package var holder: String?

    package init() {}

    init(_ port: OccupiedPort) {
        address = port.address
        number = port.port
        transport = port.transport
        holder = port.holder
    }

    package var port: OccupiedPort {
        OccupiedPort(port: number, transport: transport, address: address, holder: holder)
    }
}

extension WirePort: CanonicalRecord {
    package static let fields: [CanonicalField<WirePort>] = [
        .init("address", \.address), .init("port", \.number), .init("protocol", \.transport), .init("holder", \.holder),
    ]
}

/// An error, as the API reports it.
package struct WireError: Sendable, Hashable {
    package var code = AgentError.Code.unknownOutcome
    package var message = ""
    package var help: String?

    package init() {}

    package init(_ error: AgentError) {
        code = error.code
        message = error.message
        help = error.help
    }

    package var error: AgentError { AgentError(code, message, help: help) }
}

extension WireError: CanonicalRecord {
    package static let fields: [CanonicalField<WireError>] = [
        .init("code", \.code), .init("message", \.message), .init("help", \.help),
    ]
}
