import Glibc
import ResourceModel

/// Numeric addresses for the system, and whether ports are free.
package enum HostAddress {
    /// Lends the address in the system's form; -1 with EINVAL for what is no numeric IPv4 or IPv6 address.
    static func with(_ address: String, _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        let number = in_port_t(truncatingIfNeeded: port).bigEndian
        var value = sockaddr_in()
        value.sin_family = sa_family_t(AF_INET)
        value.sin_port = number
        if inet_pton(AF_INET, address, &value.sin_addr) == 1 { return lend(&value, body) }
        var wide = sockaddr_in6()
        wide.sin6_family = sa_family_t(AF_INET6)
        wide.sin6_port = number
        if inet_pton(AF_INET6, address, &wide.sin6_addr) == 1 { return lend(&wide, body) }
        errno = EINVAL
        return -1
    }

    private static func lend<Value>(_ value: inout Value, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32)
        -> Int32
    {
        withUnsafePointer(to: &value) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Value>.size))
            }
        }
    }

    /// Binds a socket; nil when somebody else has the port.
    ///
    /// While the descriptor lives, nobody else can bind the same address and port.
    package static func claim(_ address: String, _ port: Int, _ transport: TransportProtocol) -> Descriptor? {
        let kind = transport == .tcp ? SOCK_STREAM : SOCK_DGRAM
        let family = address.contains(":") ? AF_INET6 : AF_INET
        let number = socket(family, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return nil }
        let descriptor = Descriptor(owning: number)
        if transport == .tcp {
            // Connections of a former holder that linger do not matter; a listener still is in the way.
            var yes: Int32 = 1
            setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
        return with(address, port) { bind(number, $0, $1) } == 0 ? descriptor : nil
    }

    /// Whether nobody has the port on any address of the machine.
    package static func isFree(_ port: Int, _ transport: TransportProtocol) -> Bool {
        claim("0.0.0.0", port, transport) != nil
    }
}
