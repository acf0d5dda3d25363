import Glibc
import ResourceModel

/// What placement takes this machine for: the local driver's one node.
///
/// The agent knows the machine; its name, role and labels in the cluster that a project imagines are the project's.
package struct LocalNode: Sendable, Hashable {
    /// Nil: the machine's own.
    package var name: String?
    package var role: NodeRole
    package var labels: SortedMap<String>

    package init(name: String? = nil, role: NodeRole = .worker, labels: SortedMap<String> = [:]) {
        self.name = name
        self.role = role
        self.labels = labels
    }

    /// The agent's inventory with the node as the project describes it.
    func describe(_ inventory: Inventory) -> Inventory {
        var inventory = inventory
        for index in inventory.nodes.indices {
            if let name { inventory.nodes[index].hostname = name }
            inventory.nodes[index].role = role
            inventory.nodes[index].labels = labels
            inventory.nodes[index].platform = Self.platform
        }
        inventory.services = inventory.services.compactMap { describe($0) }
        return inventory
    }

    /// A service with its instances on the node of the project's name.
    func describe(_ service: ObservedService?) -> ObservedService? {
        guard let name, var service else { return service }
        for index in service.instances.indices { service.instances[index].node = name }
        return service
    }

    /// What `uname` says, in the words that engines report: `linux`, `x86_64`.
    private static let platform: NodePlatform? = {
        var facts = utsname()
        guard uname(&facts) == 0 else { return nil }
        let system = withUnsafeBytes(of: facts.sysname) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let machine = withUnsafeBytes(of: facts.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return NodePlatform(system: system.lowercased(), architecture: machine)
    }()
}
