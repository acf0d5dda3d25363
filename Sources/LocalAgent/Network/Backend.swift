/// One place that connections can be sent to: an instance of a service on this machine.
package struct Backend: Sendable, Hashable {
    /// The instance's name; counts and drains go by it.
    ///
    /// An id that returns with another port is a new place.
    package let id: String
    /// A numeric IPv4 or IPv6 address; nothing is resolved here.
    package let address: String
    package let port: Int

    package init(id: String, address: String, port: Int) {
        self.id = id
        self.address = address
        self.port = port
    }
}
