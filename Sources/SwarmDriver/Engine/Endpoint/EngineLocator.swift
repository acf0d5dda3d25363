/// Finds the engine to talk to, in the order of Docker's own client.
///
/// The explicit setting, `DOCKER_HOST`, `DOCKER_CONTEXT`, the current context of `config.json`, the standard socket.
package struct EngineLocator: Sendable {
    /// What the project or a flag says about the engine.
    package struct Settings: Sendable, Hashable {
        /// An address; excludes `context`.
        package var host: String?
        /// A context of Docker's client.
        package var context: String?
        /// Directory of `ca.pem`, `cert.pem` and `key.pem`.
        package var certificates: String?
        /// Whether connections in plain text and engines with unchecked certificates are wanted.
        package var insecure: Bool
        /// What these settings are, for messages: `--host`, `orchplan.yaml`.
        package var origin: String

        package init(
            host: String? = nil,
            context: String? = nil,
            certificates: String? = nil,
            insecure: Bool = false,
            origin: String = "the driver's settings"
        ) {
            self.host = host
            self.context = context
            self.certificates = certificates
            self.insecure = insecure
            self.origin = origin
        }
    }

    private let settings: Settings
    private let environment: [String: String]

    package init(settings: Settings = Settings(), environment: [String: String]) {
        self.settings = settings
        self.environment = environment
    }

    /// Reads the files that it needs and connects to nothing.
    package func locate() throws(EngineError) -> LocatedEngine {
        var engine = try found()
        if let text = variable("DOCKER_API_VERSION") {
            guard let version = EngineVersion(parsing: text) else {
                throw .settings("DOCKER_API_VERSION is \(text), which is not an API version", help: "write it as 1.44")
            }
            engine.version = version
        }
        return engine
    }

    private func found() throws(EngineError) -> LocatedEngine {
        if let host = settings.host {
            guard settings.context == nil else {
                throw .settings(
                    "\(settings.origin) names both a host and a context",
                    help: "name one of them: a context has a host of its own"
                )
            }
            return try engine(at: host, origin: settings.origin)
        }
        if let context = settings.context { return try engine(ofContext: context, origin: settings.origin) }
        if let host = variable("DOCKER_HOST") { return try engine(at: host, origin: "DOCKER_HOST") }
        if let context = variable("DOCKER_CONTEXT") {
            return try engine(ofContext: context, origin: "DOCKER_CONTEXT")
        }
        let configuration = try DockerConfiguration.read(environment: environment)
        if let context = configuration.currentContext {
            return try engine(ofContext: context, origin: configuration.path)
        }
        return LocatedEngine(endpoint: .standard, origin: "the standard socket")
    }

    private func engine(ofContext name: String, origin: String) throws(EngineError) -> LocatedEngine {
        // Docker's client calls the environment and the standard socket a context too.
        if name == "default" {
            guard let host = variable("DOCKER_HOST") else {
                return LocatedEngine(endpoint: .standard, origin: "the standard socket")
            }
            return try engine(at: host, origin: "DOCKER_HOST")
        }
        let folder = DockerConfiguration.directory(environment: environment)
        let context = try DockerContext.read(name, in: folder, origin: origin)
        let title = "the context \"\(name)\""
        let address = try EngineAddress(parsing: context.host, origin: title)
        guard !context.skipsVerification || settings.insecure else {
            throw .settings(
                "\(title) does not check whether it talks to the right engine",
                help: "create the context anew with a CA, or allow it with `insecure: true`"
            )
        }
        var tls = context.tls
        if context.skipsVerification {
            tls = tls ?? EngineTLS()
            tls?.verifiesEngine = false
        }
        return LocatedEngine(endpoint: try endpoint(address, tls: tls, origin: title), origin: title)
    }

    private func engine(at host: String, origin: String) throws(EngineError) -> LocatedEngine {
        let address = try EngineAddress(parsing: host, origin: origin)
        guard case .tcp = address else {
            return LocatedEngine(endpoint: try endpoint(address, tls: nil, origin: origin), origin: origin)
        }
        if case .tcp(_, nil) = address, !host.contains("://"), !settings.insecure, !hasCertificates {
            throw .settings(
                "\(origin) names \(host), and says not how to reach an engine there",
                help:
                    "write ssh://\(host), tcp://\(host):2376 with certificates, or unix:///path; a context is named in"
                    + " `options.context` or DOCKER_CONTEXT"
            )
        }
        var tls: EngineTLS?
        if let directory = settings.certificates ?? variable("DOCKER_CERT_PATH") {
            guard EngineFile.exists(directory) else {
                throw .settings(
                    "the directory of certificates \(directory) does not exist",
                    help: "name the directory that holds ca.pem, cert.pem and key.pem"
                )
            }
            tls = try EngineTLS.files(in: directory)
        } else if variable("DOCKER_TLS_VERIFY") != nil || variable("DOCKER_TLS") != nil || host.hasPrefix("https:") {
            tls = try EngineTLS.files(in: DockerConfiguration.directory(environment: environment))
        }
        return LocatedEngine(endpoint: try endpoint(address, tls: tls, origin: origin), origin: origin)
    }

    private var hasCertificates: Bool {
        settings.certificates != nil
            || ["DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_TLS"].contains { variable($0) != nil }
    }

    private func endpoint(
        _ address: EngineAddress,
        tls: EngineTLS?,
        origin: String
    ) throws(EngineError) -> EngineEndpoint {
        switch address {
        case .unix(let path): return .unix(path: path)
        case .ssh(let destination): return .ssh(destination)
        case .tcp(let host, let port):
            guard tls != nil || settings.insecure else {
                throw .settings(
                    "\(origin) names an engine at \(host) without TLS: whoever reaches it owns its machines",
                    help: "set DOCKER_CERT_PATH and DOCKER_TLS_VERIFY=1, use ssh://, or allow it with `insecure: true`"
                )
            }
            let standard = tls == nil ? EngineAddress.plainPort : EngineAddress.secretPort
            return .tcp(host: host, port: port ?? standard, tls: tls)
        }
    }

    /// An environment variable; an empty one counts as none.
    private func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
