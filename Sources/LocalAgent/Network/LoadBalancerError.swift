/// Why a load balancer cannot listen.
package enum LoadBalancerError: Error, Sendable, Hashable {
    /// The address is not a numeric IP address, or the port is outside 0 to 65535.
    case invalidAddress(String, port: Int)
    /// Another program listens there already.
    case addressInUse(String, port: Int)
    /// The system refused the port: below 1024 it takes a privilege.
    case notPermitted(String, port: Int)
    /// Anything else that the system said.
    case cannotListen(String, port: Int, reason: String)
}

extension LoadBalancerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidAddress(let address, let port):
            "cannot listen on \(address) port \(port): a numeric IP address and a port from 0 to 65535 are needed"
        case .addressInUse(let address, let port):
            "cannot listen on \(address) port \(port): another program listens there; stop it or choose another port"
        case .notPermitted(let address, let port):
            "cannot listen on \(address) port \(port): not permitted; choose a port from 1024 upwards"
        case .cannotListen(let address, let port, let reason):
            "cannot listen on \(address) port \(port): \(reason)"
        }
    }
}
