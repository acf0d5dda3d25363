import ResourceModel

/// The short form of a port: `[[ADDRESS:]PUBLISHED:]TARGET[/PROTOCOL]`.
enum PortText {
    /// Why a short port cannot be read.
    struct Fault: Error {
        var message: String
        var help: String?
    }

    /// The ports that a short form stands for: ranges on both sides give one for each pair.
    static func ports(_ text: String) throws(Fault) -> [PortSpec] {
        var rest = text[...]
        var template = PortSpec()
        if let slash = rest.lastIndex(of: "/") {
            let word = String(rest[rest.index(after: slash)...])
            guard let transport = TransportProtocol(rawValue: word) else {
                throw Fault(message: "the protocol of `\(text)` is neither tcp nor udp")
            }
            template.transport = transport
            rest = rest[..<slash]
        }
        if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
            template.hostIP = String(rest[rest.index(after: rest.startIndex)..<close])
            rest = rest[rest.index(after: close)...]
            guard rest.hasPrefix(":") else { throw Fault(message: "`\(text)` has no port behind its address") }
            rest = rest.dropFirst()
        }
        var parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 3, template.hostIP == nil { template.hostIP = String(parts.removeFirst()) }
        guard parts.count == 1 && template.hostIP == nil || parts.count == 2 else {
            throw Fault(message: "`\(text)` is no short port", help: "write `8080:80/tcp` or `127.0.0.1:8080:80`")
        }
        if let address = template.hostIP, IPAddress(address) == nil {
            throw Fault(message: "`\(address)` is no IP address")
        }
        guard let last = parts.last, let target = range(last) else { throw noPort(parts.last ?? "") }
        guard parts.count == 2 else { return (target.first...target.last).map { port(template, $0, nil) } }
        if parts[0].isEmpty {
            throw Fault(message: "`\(text)` publishes no port", help: "write the port of the host before the colon")
        }
        guard let published = range(parts[0]) else { throw noPort(parts[0]) }
        if target.count == 1 { return [port(template, target.first, published)] }
        guard target.count == published.count else {
            throw Fault(message: "the ranges of `\(text)` are not of the same length")
        }
        return (0..<target.count)
            .map { offset in
                let outside = published.first + offset
                return port(template, target.first + offset, PortRange(outside, outside))
            }
    }

    private static func noPort(_ text: Substring) -> Fault {
        Fault(message: "`\(text)` is no port", help: "ports go from 1 to 65535, and the first of a range is not above the last")
    }

    private static func port(_ template: PortSpec, _ target: Int, _ published: PortRange?) -> PortSpec {
        var port = template
        port.target = target
        port.published = published
        return port
    }

    /// One port or two with a dash, in plain decimal digits.
    static func range(_ text: Substring) -> PortRange? {
        guard text.utf8.allSatisfy({ Digits.isDigit($0) || $0 == UInt8(ascii: "-") }) else { return nil }
        return PortRange(parsing: text)
    }
}
