import Glibc
import NIOCore

/// Connects to a listener on this machine within the call.
///
/// The system carries out the whole handshake of a loopback connection before `connect` returns. To wait for its
/// outcome as for that of a distant peer takes a turn of the event loop and a timer for each connection.
enum LoopbackConnect {
    /// Makes one attempt, which never blocks.
    ///
    /// - Returns: a connected socket that does not block, the caller's to close; nil when the outcome is open after the
    ///   call, and has to be waited for with an attempt of another kind.
    /// - Throws: an `IOError` with what the system said, such as `ECONNREFUSED`.
    static func connect(to address: SocketAddress) throws -> CInt? {
        let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(CInt(address.protocol.rawValue), type, 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        var failure = attempt(descriptor, address)
        // The second call tells how the first one ended.
        if failure == EINPROGRESS { failure = attempt(descriptor, address) }
        if failure == 0 { return descriptor }
        close(descriptor)
        if failure == EALREADY { return nil }
        throw IOError(errnoCode: failure, reason: "connect")
    }

    private static func attempt(_ descriptor: CInt, _ address: SocketAddress) -> CInt {
        address.withSockAddr { pointer, size in
            Glibc.connect(descriptor, pointer, socklen_t(size)) == 0 ? 0 : errno
        }
    }
}
