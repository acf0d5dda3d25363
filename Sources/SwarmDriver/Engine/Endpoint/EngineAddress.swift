/// An engine's address as people write it, read by the rules of Docker's own client.
///
/// `unix:///path`, `tcp://host:port`, `host:port`, `ssh://user@host:port/path`. What the address leaves open is filled
/// in: the standard socket, 127.0.0.1, port 2375 or with TLS 2376.
enum EngineAddress: Hashable {
    case unix(path: String)
    case tcp(host: String, port: Int?)
    case ssh(SSHDestination)

    static let plainPort = 2375
    static let secretPort = 2376

    /// - Parameter origin: What named the address, for messages.
    init(parsing text: String, origin: String) throws(EngineError) {
        let (scheme, rest) = Self.cut(text, at: "://") ?? ("tcp", text[...])
        switch scheme {
        case "unix": self = try Self.unix(rest, origin)
        case "tcp", "http", "https":
            let (host, port) = try Self.hostAndPort(rest, text: text, origin)
            self = .tcp(host: host.isEmpty ? "127.0.0.1" : host, port: port)
        case "ssh": self = .ssh(try Self.ssh(rest, text: text, origin))
        default:
            throw .settings(
                "\(origin) names \(Self.shown(text)), which orchplan cannot connect to",
                help: "write unix:///path, tcp://host:port or ssh://user@host"
            )
        }
    }

    private static func unix(_ rest: Substring, _ origin: String) throws(EngineError) -> EngineAddress {
        if rest.isEmpty { return .unix(path: "/var/run/docker.sock") }
        guard rest.hasPrefix("/") else {
            throw .settings(
                "\(origin) names the socket \(rest), which is not an absolute path",
                help: "write unix:// and a path from the root, with three slashes: unix:///run/docker.sock"
            )
        }
        return .unix(path: String(rest))
    }

    private static func ssh(
        _ rest: Substring,
        text: String,
        _ origin: String
    ) throws(EngineError) -> SSHDestination {
        let (authority, path) = rest.firstIndex(of: "/").map { (rest[..<$0], rest[$0...]) } ?? (rest, "")
        var user: Substring?
        var host = authority
        if let at = authority.lastIndex(of: "@") {
            user = authority[..<at]
            host = authority[authority.index(after: at)...]
        }
        guard user?.contains(":") != true else {
            throw .settings("\(origin) holds a password", help: "ssh takes keys: leave the password out of the address")
        }
        let (name, port) = try hostAndPort(host, text: text, origin)
        guard SSHDestination.isPlain(name), user.map(SSHDestination.isPlain) ?? true,
            !path.contains("?"), !path.contains("#")
        else { throw malformed(text, origin) }
        return SSHDestination(
            user: user.map(String.init),
            host: name,
            port: port,
            socket: path.count > 1 ? String(path) : nil
        )
    }

    private static func hostAndPort(
        _ authority: Substring,
        text: String,
        _ origin: String
    ) throws(EngineError) -> (String, Int?) {
        var authority = authority
        if authority.hasSuffix("/") { authority.removeLast() }
        var host = authority
        var port: Substring?
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw malformed(text, origin) }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
            guard !host.contains(":") else { throw malformed(text, origin) }
        }
        guard !host.utf8.contains(where: { $0 <= 0x20 || "/?#@\\".utf8.contains($0) }) else {
            throw malformed(text, origin)
        }
        guard let port, !port.isEmpty else { return (String(host), nil) }
        guard let number = Int(port), (1...65535).contains(number) else { throw malformed(text, origin) }
        return (String(host), number)
    }

    private static func malformed(_ text: String, _ origin: String) -> EngineError {
        .settings(
            "\(origin) names \(shown(text)), which is not the address of an engine",
            help: "write unix:///path, tcp://host:port or ssh://user@host:port"
        )
    }

    /// The address without what could be a password.
    private static func shown(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@"), let colon = text[..<at].lastIndex(of: ":"),
            !text[colon...].hasPrefix("://")
        else { return text }
        return text[...colon] + "***" + text[at...]
    }

    private static func cut(_ text: String, at separator: String) -> (String, Substring)? {
        guard let range = text.firstRange(of: separator) else { return nil }
        return (String(text[..<range.lowerBound]).lowercased(), text[range.upperBound...])
    }
}
