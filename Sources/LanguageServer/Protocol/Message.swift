import ResourceModel

/// One message of a client.
struct Message: Sendable {
    /// A number or a text; nil for a notification.
    var id: CanonicalValue?
    /// Nil for an answer to a request of ours.
    var method: String?
    var parameters: CanonicalValue

    init(parsing bytes: [UInt8]) throws(RequestError) {
        let value: CanonicalValue
        do throws(CanonicalError) {
            value = try CanonicalReader.parse(bytes)
        } catch {
            throw RequestError(.parseError, "the message is not JSON: \(error)")
        }
        guard value.object != nil, value["jsonrpc"]?.string == "2.0" else {
            throw RequestError(.invalidRequest, "the message is not JSON-RPC 2.0")
        }
        id = value["id"]
        switch id {
        case nil, .integer, .string: break
        default: throw RequestError(.invalidRequest, "the id of a request is a number or a text")
        }
        method = value["method"]?.string
        parameters = value["params"] ?? .null
        guard method != nil || value["result"] != nil || value["error"] != nil else {
            throw RequestError(.invalidRequest, "the message has no method")
        }
    }

    static func notification(_ method: String, _ parameters: CanonicalValue) -> CanonicalValue {
        JSON.object(["jsonrpc": .string("2.0"), "method": .string(method), "params": parameters])
    }

    static func request(_ id: String, _ method: String, _ parameters: CanonicalValue) -> CanonicalValue {
        JSON.object([
            "jsonrpc": .string("2.0"), "id": .string(id), "method": .string(method), "params": parameters,
        ])
    }

    static func answer(_ id: CanonicalValue, _ result: CanonicalValue) -> CanonicalValue {
        JSON.object(["jsonrpc": .string("2.0"), "id": id, "result": result])
    }

    static func failure(_ id: CanonicalValue, _ error: RequestError) -> CanonicalValue {
        JSON.object([
            "jsonrpc": .string("2.0"), "id": id,
            "error": JSON.object(["code": JSON.integer(error.code.rawValue), "message": .string(error.text)]),
        ])
    }
}

/// Why a request is not answered with a result.
struct RequestError: Error, Hashable {
    /// The codes of JSON-RPC and of the language server protocol.
    enum Code: Int, Sendable {
        case parseError = -32700
        case invalidRequest = -32600
        case methodNotFound = -32601
        case invalidParameters = -32602
        case notInitialized = -32002
        case cancelled = -32800
    }

    var code: Code
    var text: String

    init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }
}
