import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ResourceModel

/// One call, ready to be sent.
struct EngineRequest: Sendable {
    var method: HTTPMethod
    var path: EnginePath
    var query: [EngineQueryItem]
    var body: CanonicalValue?
    var authentication: RegistryAuthentication?
    var deadline: Duration

    init(
        _ method: HTTPMethod,
        _ path: EnginePath,
        _ query: [EngineQueryItem] = [],
        body: CanonicalValue? = nil,
        authentication: RegistryAuthentication? = nil,
        deadline: Duration
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.authentication = authentication
        self.deadline = deadline
    }

    var call: EngineCall { EngineCall(method: method.rawValue, path: path.text) }

    /// - Parameter version: Nil for the call that finds it out.
    func message(_ transport: EngineTransport, version: EngineVersion?) -> HTTPClientRequest {
        let prefix = version.map { "/v\($0)" } ?? ""
        var message = HTTPClientRequest(url: transport.base + prefix + path.text + EnginePath.query(query))
        message.method = method
        if let host = transport.host { message.headers.replaceOrAdd(name: "Host", value: host) }
        message.headers.replaceOrAdd(name: "User-Agent", value: "orchplan")
        if let body {
            var writer = CanonicalWriter()
            body.encode(to: &writer)
            message.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            message.body = .bytes(ByteBuffer(bytes: writer.bytes))
        }
        if let authentication {
            message.headers.replaceOrAdd(name: "X-Registry-Auth", value: authentication.headerValue)
        }
        return message
    }
}

/// A whole answer.
struct EngineAnswer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]

    /// No list of a cluster's objects is longer; what is, is no answer of an engine.
    static let largest = 256 << 20
    static let largestMessage = 64 << 10

    /// The answer itself if it tells success.
    func checked(_ call: EngineCall) throws(EngineError) -> EngineAnswer {
        guard !(200..<300).contains(status), status != 304 else { return self }
        throw .answered(call, status: status, message: message)
    }

    /// The body as JSON; `.null` when it is empty.
    func value(_ call: EngineCall) throws(EngineError) -> CanonicalValue {
        if body.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D }) { return .null }
        do throws(CanonicalError) {
            return try CanonicalReader.parse(body)
        } catch {
            throw isCut ? .broken(call, reason: "it was cut short") : .unreadable(call, reason: error.description)
        }
    }

    /// Whether what begins as JSON does not end as it.
    private var isCut: Bool {
        let isText = { (byte: UInt8) in byte > 0x20 }
        switch (body.first(where: isText), body.last(where: isText)) {
        case (UInt8(ascii: "{"), let last): return last != UInt8(ascii: "}")
        case (UInt8(ascii: "["), let last): return last != UInt8(ascii: "]")
        default: return false
        }
    }

    /// What an engine says about its refusal: `{"message": ...}`, or a proxy's text in its place.
    private var message: String {
        if let value = try? CanonicalReader.parse(body), let text = value["message"]?.string { return text }
        let start = String(decoding: body.prefix(200), as: UTF8.self)
        let line = start.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.isEmpty ? "no reason given" : line
    }
}
