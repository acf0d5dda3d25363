/// A machine and the engine's socket on it, as `ssh://user@host:port/path` names them.
package struct SSHDestination: Sendable, Hashable {
    /// Nil: as ssh is configured.
    package var user: String?
    package var host: String
    package var port: Int?
    /// The engine's socket on that machine; nil: as the docker command there is configured.
    package var socket: String?

    package init(user: String? = nil, host: String, port: Int? = nil, socket: String? = nil) {
        self.user = user
        self.host = host
        self.port = port
        self.socket = socket
    }

    /// The arguments of ssh, its own name first.
    ///
    /// ssh hands the command to a shell over there, so the socket's path is quoted for one. No terminal is asked for:
    /// login messages would mix with the connection.
    var arguments: [String] {
        var arguments = ["ssh", "-T"]
        arguments += ["-o", "ConnectTimeout=\(Self.connectSeconds)", "-o", "ServerAliveInterval=\(Self.aliveSeconds)"]
        if let user { arguments += ["-l", user] }
        if let port { arguments += ["-p", "\(port)"] }
        let host = socket.map { "docker --host \(Self.quoted("unix://\($0)")) system dial-stdio" }
        return arguments + ["--", self.host, host ?? "docker system dial-stdio"]
    }

    /// What a person types to see whether it can be reached.
    var trial: String {
        let host = user.map { "\($0)@\(self.host)" } ?? self.host
        return "ssh \(port.map { "-p \($0) " } ?? "")\(host) docker version"
    }

    private static let connectSeconds = 30
    /// After three times this without a word from the other machine the connection ends, also where nothing is sent.
    private static let aliveSeconds = 15

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// Whether ssh takes the text for a user or host and nothing else.
    ///
    /// Both end up in programs that an ssh configuration names (`ProxyCommand`), so what a shell would read is refused.
    static func isPlain(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && !name.hasPrefix("-")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "._-+@%:".utf8.contains(byte)
                }
            }
    }
}

extension SSHDestination: CustomStringConvertible {
    package var description: String {
        let port = port.map { ":\($0)" } ?? ""
        return "ssh://" + (user.map { "\($0)@" } ?? "") + EngineEndpoint.bracketed(host) + port + (socket ?? "")
    }
}
