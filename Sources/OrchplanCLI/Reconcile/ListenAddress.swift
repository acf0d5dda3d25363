import Glibc
import NIOCore
import SourceDiagnostics

/// Where the metrics are served: `127.0.0.1:9464`, `[::1]:9464`, or a port alone, which means 127.0.0.1.
struct ListenAddress: Sendable, Hashable {
    var host: String
    var port: Int

    init(parsing text: String) throws {
        let failure = CommandFailure(
            "\(Escaping.visible(text)) is no address to listen on",
            help: "write a port, or an IP address and a port such as 127.0.0.1:9464",
            code: ExitStatus.usage
        )
        let colon = text.lastIndex(of: ":")
        var host = colon.map { String(text[..<$0]) } ?? ""
        let digits = colon.map { text[text.index(after: $0)...] } ?? text[...]
        guard let port = UInt16(digits), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw failure }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host.isEmpty { host = "127.0.0.1" }
        guard (try? SocketAddress(ipAddress: host, port: Int(port))) != nil else { throw failure }
        self.host = host
        self.port = Int(port)
    }

    /// Whether only this machine can reach it.
    var isLoopback: Bool { host.hasPrefix("127.") || host == "::1" }

    var shownHost: String { host.contains(":") ? "[\(host)]" : host }
}
