import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// What went wrong below HTTP, sorted by whether the call can have reached the engine.
///
/// Only what is known to happen before a request is written counts as not sent; everything else leaves the outcome of a
/// change unknown.
struct ConnectionFailure {
    private let error: any Error
    private let engine: LocatedEngine
    private let call: EngineCall
    /// How the ssh of the connection ended, for an engine behind one.
    private let ssh: String?

    init(_ error: any Error, engine: LocatedEngine, call: EngineCall, ssh: String?) {
        self.error = error
        self.engine = engine
        self.call = call
        self.ssh = ssh
    }

    func engineError(limit: Duration) -> EngineError {
        switch error {
        case let error as EngineError: return error
        case is DeadlinePassed: return .timedOut(call, after: limit)
        case is CancellationError: return .broken(call, reason: "it was given up")
        case is NIOTooManyBytesError: return .unreadable(call, reason: "it is too long")
        case let error as HTTPClientError: return http(error)
        case let error as NIOConnectionError: return connection(error)
        case let error as IOError: return system(error)
        case let error as ChannelError where Self.isConnectTimeout(error):
            return notReachable("it takes no connection", Self.networkHelp)
        default: return tls ?? .broken(call, reason: Self.text(of: error))
        }
    }

    private func http(_ error: HTTPClientError) -> EngineError {
        switch error {
        case .alreadyShutdown: .closed
        case .cancelled: .broken(call, reason: "it was given up")
        case .deadlineExceeded: .timedOut(call, after: .zero)
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
            notReachable("it takes no connection", Self.networkHelp)
        case .remoteConnectionClosed: closed("the engine closed it")
        default: .broken(call, reason: error.shortDescription.lowercased())
        }
    }

    /// The connection ended early; ssh takes one before it knows whether there is anything behind it.
    private func closed(_ reason: String) -> EngineError {
        guard let ssh, !call.changes else { return .broken(call, reason: ssh ?? reason) }
        guard case .ssh(let destination) = engine.endpoint else { return notReachable(ssh, Self.networkHelp) }
        return notReachable(ssh, "see that `\(destination.trial)` answers without a question")
    }

    private func connection(_ error: NIOConnectionError) -> EngineError {
        guard let first = error.connectionErrors.first?.error else {
            return notReachable("no host has the name \(error.host)", "see that the name is spelled right")
        }
        if let first = first as? IOError { return system(first) }
        return notReachable(Self.text(of: first), Self.networkHelp)
    }

    private func system(_ error: IOError) -> EngineError {
        let text = EngineFile.text(ofError: error.errnoCode)
        switch error.errnoCode {
        case ENOENT, ECONNREFUSED:
            return notReachable(text, "start it (systemctl start docker), or name another one with DOCKER_HOST")
        case EACCES, EPERM:
            return notReachable(text, "join the group that owns the socket: usermod -aG docker \"$USER\"")
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ENOTSOCK, EAFNOSUPPORT, EADDRNOTAVAIL:
            return notReachable(text, Self.networkHelp)
        default:
            return closed(text)
        }
    }

    /// A connection whose ends did not prove themselves; nil when it is about something else.
    private var tls: EngineError? {
        let text = String(describing: error)
        if error is NIOSSLExtraError || text.contains("CERTIFICATE_VERIFY_FAILED") {
            let reason =
                error is NIOSSLExtraError
                ? "its certificate is not for this name" : "its certificate is not signed by the given CA"
            return notReachable(reason, "use the ca.pem that belongs to this engine, and the name in its certificate")
        }
        if text.contains("ALERT") || text.contains("alert") {
            return notReachable(
                "it does not accept our certificate",
                "see cert.pem and key.pem: who signed them, until when"
            )
        }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("handshakeFailed") {
            return notReachable("it does not speak TLS there", "see the port: with TLS it is 2376 by convention")
        }
        return nil
    }

    private func notReachable(_ reason: String, _ help: String) -> EngineError {
        .notReachable(engine: engine.title, reason: reason, help: help)
    }

    private static let networkHelp = "see that the address is right and that no firewall is in between"

    private static func isConnectTimeout(_ error: ChannelError) -> Bool {
        if case .connectTimeout = error { true } else { false }
    }

    private static func text(of error: any Error) -> String {
        String(describing: error).split(whereSeparator: \.isNewline).first.map(String.init) ?? "unknown"
    }
}

extension LocatedEngine {
    /// The address and, where it was not written down for orchplan, what named it.
    var title: String { "\(endpoint) (\(origin))" }
}
