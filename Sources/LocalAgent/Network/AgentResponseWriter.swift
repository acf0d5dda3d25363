import NIOCore
import NIOHTTP1

/// Writes one answer; a client that left in the middle is no error, the rest is dropped.
struct AgentResponseWriter: Sendable {
    let channel: any Channel
    let request: HTTPRequestHead

    private var sendsContent: Bool { request.method != .HEAD }

    func write(status: Int, _ bytes: [UInt8]) async {
        do {
            try await write(.head(head(status, "application/json", ("content-length", "\(bytes.count)"))))
            if sendsContent, !bytes.isEmpty { try await write(.body(.byteBuffer(ByteBuffer(bytes: bytes)))) }
            try await write(.end(nil))
        } catch {}
    }

    /// Writes chunk by chunk; each write ends when the kernel has taken it, which holds the stream at a slow client's
    /// pace.
    func write(status: Int, _ stream: AsyncStream<[UInt8]>) async {
        do {
            // HTTP/1.0 knows no chunks: there the end of the connection is the end of the content.
            let chunked = request.version.minor > 0 ? ("transfer-encoding", "chunked") : nil
            try await write(.head(head(status, "application/x-ndjson", chunked)))
            if sendsContent {
                for await chunk in stream where !chunk.isEmpty {
                    try await write(.body(.byteBuffer(ByteBuffer(bytes: chunk))))
                }
            }
            try await write(.end(nil))
        } catch {}
    }

    private func head(_ status: Int, _ type: String, _ length: (String, String)?) -> HTTPResponseHead {
        var headers = HTTPHeaders([("content-type", type), ("connection", "close")])
        if let (name, value) = length { headers.add(name: name, value: value) }
        return HTTPResponseHead(version: request.version, status: .init(statusCode: status), headers: headers)
    }

    private func write(_ part: HTTPServerResponsePart) async throws {
        try await channel.writeAndFlush(part)
    }
}
