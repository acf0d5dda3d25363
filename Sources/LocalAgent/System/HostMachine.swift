import Glibc
import ResourceModel

/// This machine as it is without any project: what can be told where no agent has ever been.
package enum HostMachine {
    /// The host's name.
    package static var name: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The machine as the one node of a cluster.
    static func node(named name: String) -> Node {
        let pages = Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE)))
        let processors = Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return Node(
            id: name,
            hostname: name,
            cpus: CPUCount(nanoCPUs: processors * 1_000_000_000),
            memory: ByteCount(bytes: pages)
        )
    }

    /// The inventory of a project that has nothing here yet.
    ///
    /// - Parameter ports: Those whose holders are to be found.
    package static func inventory(
        ports: [(address: String, port: Int, transport: TransportProtocol)]
    ) -> Inventory {
        let sockets = PortHolders.Sockets()
        return Inventory(
            nodes: [node(named: name)],
            occupiedPorts: ports.compactMap { sockets.occupied($0.address, $0.port, $0.transport) }
        )
    }
}
