import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// The connections to one engine: made when needed, kept, and closed with it.
///
/// Streams have a client of their own: each holds its connection as long as somebody listens, and calls must not wait
/// for one of those.
struct EngineTransport: Sendable {
    let calls: HTTPClient
    let streams: HTTPClient
    /// Scheme and authority of every URL.
    let base: String
    /// The `Host` header, where the URL has none that an engine accepts.
    ///
    /// Over a unix socket a client would send the socket's path, which the engine answers with 400.
    let host: String?
    let bridge: SSHBridge?

    /// Opens no connection yet.
    init(_ endpoint: EngineEndpoint, environment: [String: String]) throws(EngineError) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // A read timeout would end event streams on which nothing happens; calls have deadlines.
        configuration.timeout = .init(connect: Self.connectLimit)
        configuration.timeout.read = nil
        configuration.timeout.write = nil
        configuration.httpVersion = .http1Only
        // A refused connection is told at once; whoever wants to go on trying decides that above.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        switch endpoint {
        case .unix(let path):
            base = try Self.base(ofSocket: path)
            host = "docker"
            bridge = nil
        case .tcp(let name, let port, let tls):
            base = (tls == nil ? "http" : "https") + "://\(EngineEndpoint.bracketed(name)):\(port)"
            host = nil
            bridge = nil
            if let tls { configuration.tlsConfiguration = try tls.configuration() }
            configuration.http1_1ConnectionDebugInitializer = { Self.keepAlive($0) }
        case .ssh(let destination):
            let bridge = try SSHBridge(to: destination, environment: environment)
            base = try Self.base(ofSocket: bridge.path)
            host = "docker"
            self.bridge = bridge
        }
        calls = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
        streams = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends every connection and whatever is under way on it.
    func close() async {
        for client in [calls, streams] {
            // Fails only when it was shut down before.
            try? await client.shutdown()
        }
        await bridge?.close()
    }

    private static let connectLimit = TimeAmount.seconds(10)

    private static func base(ofSocket path: String) throws(EngineError) -> String {
        guard path.utf8.count <= 107 else {
            throw .settings(
                "the socket's path \(path) is longer than the 107 bytes that a socket address holds",
                help: "make a shorter link to it and name that"
            )
        }
        return "http+unix://" + EnginePath.escaped(path)
    }

    /// Lets the system notice within a minute that the other machine has gone, on streams where nothing happens too.
    private static func keepAlive(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.setOption(.socketOption(.so_keepalive), value: 1)
            .flatMap { channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 30) }
            .flatMap { channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 10) }
            .flatMap { channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 3) }
            // A connection without keep-alive is better than none.
            .recover { _ in }
    }
}

extension EngineTLS {
    /// The files, read and checked.
    func configuration() throws(EngineError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if !verifiesEngine { configuration.certificateVerification = .none }
        if let authority {
            let certificates = try Self.loaded(authority) { try NIOSSLCertificate.fromPEMFile(authority) }
            configuration.trustRoots = .certificates(certificates)
        }
        if let identity {
            let chain = try Self.loaded(identity.certificate) {
                try NIOSSLCertificate.fromPEMFile(identity.certificate)
            }
            configuration.certificateChain = chain.map { .certificate($0) }
            let key = try Self.loaded(identity.key) { try NIOSSLPrivateKey(file: identity.key, format: .pem) }
            configuration.privateKey = .privateKey(key)
        }
        return configuration
    }

    private static func loaded<Value>(_ path: String, _ read: () throws -> Value) throws(EngineError) -> Value {
        do {
            return try read()
        } catch {
            throw .settings(
                "\(path) cannot be read as a PEM file",
                help: "make it readable, and take out a key's passphrase: engines' clients have no prompt for one"
            )
        }
    }
}
