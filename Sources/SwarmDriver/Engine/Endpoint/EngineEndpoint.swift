/// Where an engine listens, and how it is reached.
package enum EngineEndpoint: Sendable, Hashable {
    /// A socket of this machine, by its absolute path.
    case unix(path: String)
    /// A host and port; without `tls` in plain text, which only an explicit setting allows.
    case tcp(host: String, port: Int, tls: EngineTLS?)
    /// The engine of another machine through the system's ssh.
    case ssh(SSHDestination)

    /// The socket where an engine listens when nothing else is said.
    package static let standard = EngineEndpoint.unix(path: "/var/run/docker.sock")
}

extension EngineEndpoint {
    /// The machine that it is on; nil: this one.
    var host: String? {
        switch self {
        case .unix: nil
        case .tcp(let host, _, _): host
        case .ssh(let destination): destination.host
        }
    }
}

extension EngineEndpoint: CustomStringConvertible {
    /// The address as it is written in `DOCKER_HOST`.
    package var description: String {
        switch self {
        case .unix(let path): "unix://\(path)"
        case .tcp(let host, let port, _): "tcp://\(Self.bracketed(host)):\(port)"
        case .ssh(let destination): destination.description
        }
    }

    /// A host as an address holds it: IPv6 in brackets.
    static func bracketed(_ host: String) -> String {
        host.contains(":") ? "[\(host)]" : host
    }
}

/// How a TCP connection proves both of its ends: the files of Docker's own layout.
package struct EngineTLS: Sendable, Hashable {
    /// PEM file of the authority that signed the engine's certificate; nil: those that the system trusts.
    package var authority: String?
    /// PEM files of the client's certificate and key; nil: the engine asks for none.
    package var identity: Identity?
    /// Whether the engine's certificate is checked; only an explicit setting turns that off.
    package var verifiesEngine = true

    /// A client certificate and its key.
    package struct Identity: Sendable, Hashable {
        package var certificate: String
        package var key: String
    }

    package init(authority: String? = nil, identity: Identity? = nil, verifiesEngine: Bool = true) {
        self.authority = authority
        self.identity = identity
        self.verifiesEngine = verifiesEngine
    }

    /// What lies in a directory as `ca.pem`, `cert.pem` and `key.pem`.
    ///
    /// - Throws: When a certificate lies there without its key, or a key without its certificate.
    static func files(in directory: String) throws(EngineError) -> EngineTLS {
        func present(_ name: String) -> String? {
            let path = "\(directory)/\(name)"
            return EngineFile.exists(path) ? path : nil
        }
        switch (present("cert.pem"), present("key.pem")) {
        case (let certificate?, let key?):
            return EngineTLS(authority: present("ca.pem"), identity: Identity(certificate: certificate, key: key))
        case (nil, nil):
            return EngineTLS(authority: present("ca.pem"))
        case (nil, _?):
            throw .settings("\(directory) holds key.pem without cert.pem", help: Self.layout)
        case (_?, nil):
            throw .settings("\(directory) holds cert.pem without key.pem", help: Self.layout)
        }
    }

    private static let layout = "put ca.pem, cert.pem and key.pem of one client certificate there"
}

/// An engine that was found, and what named it.
package struct LocatedEngine: Sendable, Hashable {
    package var endpoint: EngineEndpoint
    /// What named it, for messages: `DOCKER_HOST`, `the context "prod"`.
    package var origin: String
    /// The API version that `DOCKER_API_VERSION` asks for; nil: negotiated.
    package var version: EngineVersion?

    package init(endpoint: EngineEndpoint, origin: String, version: EngineVersion? = nil) {
        self.endpoint = endpoint
        self.origin = origin
        self.version = version
    }
}
