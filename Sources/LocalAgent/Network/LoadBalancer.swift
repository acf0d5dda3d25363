import Glibc
import NIOCore
import NIOPosix
import ResourceModel

/// Listens on one address and spreads what arrives over the backends of a service.
///
/// - New connections go to the backends that `setBackends` named last, as the policy says. An open connection stays
///   with its backend, also when that backend is no longer named: it ends when either side ends it, or with `close`.
///   A client that keeps its half open after its backend hung up is let go after a silence of `halfClosedTime`.
/// - TCP: a backend that cannot be reached is skipped for the next one, since nothing was sent yet. When none is left,
///   or there are no backends at all, the connection is held for up to `holdTime` until one appears: replacing the only
///   instance of a service is a delay for its clients and not an error. After that it is closed.
/// - UDP: a client's address and port form a flow that stays with one backend until it was quiet for 60 seconds.
///   A datagram for which there is no backend is dropped, as the protocol allows.
/// - One address can be listened on beside all addresses, where both are this process's: connections to that address
///   come here, others go there. A stranger is still found, but for one of the same user that offers
///   to share the port (`SO_REUSEPORT`).
/// - The address can be bound again at once after a restart (`SO_REUSEADDR`).
package final class LoadBalancer: Sendable {
    /// How long a connection waits for a backend.
    package static let holdTime = Duration.seconds(2)
    /// How long a connection stays after its backend has hung up, while its client sends nothing and does not end it.
    package static let halfClosedTime = Duration.seconds(30)
    /// How long a connection to a draining backend has to be silent, its last question answered, before it is closed.
    package static let restTime = Duration.seconds(1)

    let state: BalancerState
    private let listener: any Channel
    private let group: any EventLoopGroup

    /// Starts to listen; there are no backends until `setBackends` is called.
    ///
    /// - Parameters:
    ///   - listenAddress: a numeric IPv4 or IPv6 address.
    ///   - port: 0 lets the system choose; see `port`.
    ///   - halfClosedTime: How long a client may be silent after its backend has ended its sending.
    ///   - restTime: How long a connection to a draining backend may rest.
    ///   - others: Load balancers of this process on the same port, on all addresses or on one of them.
    package init(
        listenAddress: String,
        port: Int,
        transport: TransportProtocol,
        policy: LoadBalancing = .roundRobin,
        halfClosedTime: Duration = LoadBalancer.halfClosedTime,
        restTime: Duration = LoadBalancer.restTime,
        beside others: [LoadBalancer] = [],
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws(LoadBalancerError) {
        guard (0...65_535).contains(port),
            let address = try? SocketAddress(ipAddress: listenAddress, port: port)
        else { throw .invalidAddress(listenAddress, port: port) }
        let state = BalancerState(
            policy: policy,
            halfClosedTime: TimeAmount(halfClosedTime),
            restTime: TimeAmount(restTime)
        )
        self.state = state
        self.group = group
        let isShared = !others.isEmpty
        do {
            for other in others { try await other.share(true) }
            switch transport {
            case .tcp: listener = try await TCPRelay.listen(on: address, state: state, group: group, isShared: isShared)
            case .udp: listener = try await UDPRelay.listen(on: address, state: state, group: group, isShared: isShared)
            }
            if isShared { try await share(false) }
            for other in others { try await other.share(false) }
        } catch {
            for other in others { try? await other.share(false) }
            guard let error = error as? IOError else {
                throw .cannotListen(listenAddress, port: port, reason: "\(error)")
            }
            throw LoadBalancerError(error, address: listenAddress, port: port)
        }
    }

    /// Lets others bind the port too, or no longer.
    private func share(_ shared: Bool) async throws {
        try await listener.setOption(.socketOption(.reusePort), value: shared ? 1 : 0).get()
    }

    /// The port that is listened on: the system's choice when 0 was asked for.
    package var port: Int { listener.localAddress?.port ?? 0 }

    /// The open connections (flows for UDP) of every backend that is named or still has some.
    package var openConnections: [String: Int] { state.counts }

    /// Says how the next connections are spread; open ones stay where they are.
    package func setPolicy(_ policy: LoadBalancing) {
        state.setPolicy(policy)
    }

    /// Names the backends that take new connections from now on; of two with the same id the first counts.
    package func setBackends(_ backends: [Backend]) {
        state.setBackends(backends)
    }

    /// Sends nothing new to a backend and waits for its open connections to end.
    ///
    /// Returns when none is open, when `deadline` has passed or when the task is cancelled. The connections that are
    /// left then stay open: stopping the backend ends them, and a backend which finishes its requests when it is told
    /// to stop can still do so. A client that keeps an idle connection open (HTTP keep-alive) makes the drain last for
    /// the whole deadline, so the caller chooses one that it can afford. The backend takes nothing new until
    /// `setBackends` has left it out and named it again.
    package func drain(_ id: String, deadline: Duration) async {
        let loop = group.next()
        let done = loop.makePromise(of: Void.self)
        guard let key = state.startDrain(id, done) else { return }
        let timer = loop.scheduleTask(in: TimeAmount(deadline)) { self.state.endDrain(key) }
        await withTaskCancellationHandler {
            try? await done.futureResult.get()
        } onCancel: {
            state.endDrain(key)
        }
        timer.cancel()
    }

    /// Stops listening and closes every connection at once.
    package func close() async {
        try? await listener.close()
        let channels = state.close()
        for channel in channels { channel.close(promise: nil) }
        for channel in channels { try? await channel.closeFuture.get() }
    }
}

extension LoadBalancerError {
    /// The error for what the system said when it was asked to listen.
    init(_ error: IOError, address: String, port: Int) {
        switch error.errnoCode {
        case EADDRINUSE: self = .addressInUse(address, port: port)
        case EACCES, EPERM: self = .notPermitted(address, port: port)
        default: self = .cannotListen(address, port: port, reason: systemMessage(error.errnoCode))
        }
    }
}

/// What the system calls an error number.
func systemMessage(_ number: CInt) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
}
