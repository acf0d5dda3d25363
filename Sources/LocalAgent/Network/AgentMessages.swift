/// A request as the agent's handler sees it: complete, its size within the server's limit.
package struct AgentRequest: Sendable, Hashable {
    package let method: String
    /// The path without the query, percent-decoded; begins with `/`.
    package let path: String
    /// The query's names and values, percent-decoded; of two equal names the last counts, a missing value is empty.
    package let query: [String: String]
    package let body: [UInt8]

    package init(method: String, path: String, query: [String: String] = [:], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
    }
}

/// What the agent answers.
package struct AgentResponse: Sendable {
    /// How the content is sent.
    package enum Body: Sendable {
        /// At once, with its length.
        case bytes([UInt8])
        /// Chunk by chunk, each when the client has taken the one before. The stream is cancelled when the client
        /// leaves or the server closes. By convention the content is newline-delimited JSON.
        case stream(AsyncStream<[UInt8]>)
    }

    /// The HTTP status, 200 to 599.
    package let status: Int
    package let body: Body

    package init(status: Int, body: Body = .bytes([])) {
        self.status = status
        self.body = body
    }
}

extension AgentRequest {
    /// Reads the target of a request line.
    ///
    /// - Returns: nil when it is not a path or an escape in it is malformed.
    package init?(method: String, target: String, body: [UInt8]) {
        let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first.flatMap({ Self.decode($0) }), path.hasPrefix("/") else { return nil }
        var query: [String: String] = [:]
        for pair in (parts.count > 1 ? parts[1] : parts[0].prefix(0)).split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = sides.first.flatMap({ Self.decode($0) }) else { return nil }
            guard sides.count > 1 else {
                query[name] = ""
                continue
            }
            guard let value = Self.decode(sides[1]) else { return nil }
            query[name] = value
        }
        self.init(method: method, path: path, query: query, body: body)
    }

    private static func decode(_ text: Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
