import ResourceModel

/// Where a service listens, which of its target ports that is, and which of its instances it leads to.
struct ListenerKey: Sendable, Hashable {
    var address: String
    var port: Int
    var transport: TransportProtocol
    var target: Int
    var scope = ListenerScope.all

    /// Whether both need the same port of the machine: on the same address, or one of them on all.
    func meets(_ other: ListenerKey) -> Bool {
        port == other.port && transport == other.transport
            && (address == other.address || Self.isWildcard(address) || Self.isWildcard(other.address))
    }

    /// Whether both are the same place.
    func isAt(_ other: ListenerKey) -> Bool {
        port == other.port && transport == other.transport && address == other.address
    }

    static func isWildcard(_ address: String) -> Bool { address == "0.0.0.0" || address == "::" }
}

/// The instances of a service that a listener leads to.
enum ListenerScope: Sendable, Hashable {
    case all
    /// Those whose turn it is at one of the host's ports: slot 1 has the first, slot 2 the second, and so on in rounds.
    case slots(place: Int, of: Int)
    /// One instance, at its own address.
    case instance(String)

    func includes(slot: Int, id: String) -> Bool {
        switch self {
        case .all: true
        case .slots(let place, let count): (slot - 1) % count == place
        case .instance(let own): id == own
        }
    }
}

/// The listeners that a service is to have: a pure function of what is declared.
struct WantedListeners {
    /// An instance as far as listeners go.
    struct Instance {
        var id: String
        var slot: Int
        var address: String
        var ports: [InstancePort]
    }

    /// The address of published ports whose manifest names none.
    static let hostAddress = "127.0.0.1"

    /// Every listener once, in the order of the declarations.
    ///
    /// - Parameter publishes: Whether published ports are opened at all; not on internal networks.
    static func of(_ record: ServiceRecord, _ instances: [Instance], publishes: Bool) -> [ListenerKey] {
        var keys: [ListenerKey] = []
        var seen: Set<ListenerKey> = []
        func add(_ address: String, _ port: Int, _ target: Int, _ transport: TransportProtocol, _ scope: ListenerScope)
        {
            let key = ListenerKey(address: address, port: port, transport: transport, target: target, scope: scope)
            if seen.insert(key).inserted { keys.append(key) }
        }
        for port in record.spec.ports {
            add(record.virtualAddress, port.target, port.target, port.transport, .all)
            guard publishes, let published = port.published else { continue }
            let address = port.hostIP ?? hostAddress
            if port.mode == .host {
                for place in places(published.count, record.replicas, instances) {
                    let scope = ListenerScope.slots(place: place, of: published.count)
                    add(address, published.first + place, port.target, port.transport, scope)
                }
            } else if published.count == 1 {
                add(address, published.first, port.target, port.transport, .all)
            } else if let chosen = record.chosenPorts.first(where: { $0.isFor(port) }) {
                add(address, chosen.port, port.target, port.transport, .all)
            }
        }
        for instance in instances where !instance.address.isEmpty {
            for port in instance.ports {
                add(instance.address, port.target, port.target, port.transport, .instance(instance.id))
            }
        }
        return keys
    }

    /// The places in a range of host ports that somebody fills or is to fill.
    private static func places(_ count: Int, _ replicas: Int, _ instances: [Instance]) -> [Int] {
        let slots = Set(1...max(1, min(replicas, count))).union(instances.map(\.slot))
        return Set(slots.map { ($0 - 1) % count }).sorted()
    }
}
