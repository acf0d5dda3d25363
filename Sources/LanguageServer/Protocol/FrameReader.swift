/// Cuts the bytes of a client into messages: headers, an empty line, and as many bytes as `Content-Length` says.
///
/// After bytes that make no sense it goes on at the next header that does.
package struct FrameReader: Sendable {
    /// What came from the client.
    package enum Frame: Sendable, Hashable {
        case message([UInt8])
        /// Bytes that are no message, and why.
        case malformed(String)
    }

    private var buffer: [UInt8] = []
    private var start = 0
    /// No manifest is larger, and every byte may be written as six.
    private static let largestMessage = 512 << 20
    private static let longestHeader = 8192
    private static let field = Array("content-length:".utf8)

    package init() {}

    /// Takes bytes as they come, in pieces of any size.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if start > 0, start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole message; nil until more bytes came.
    package mutating func next() -> Frame? {
        guard let body = headerEnd() else {
            guard buffer.count - start > Self.longestHeader else { return nil }
            start = buffer.count - Self.longestHeader / 2
            return .malformed("a header of more than \(Self.longestHeader) bytes")
        }
        guard let length = contentLength(in: start..<body) else {
            start = body
            return .malformed("a message without Content-Length")
        }
        guard length <= Self.largestMessage else {
            start = body
            return .malformed("a message of more than \(Self.largestMessage) bytes")
        }
        guard buffer.count - body >= length else { return nil }
        let message = Array(buffer[body..<(body + length)])
        start = body + length
        if start > 1 << 16 {
            buffer.removeFirst(start)
            start = 0
        }
        return .message(message)
    }

    /// Behind the empty line that ends the header.
    private func headerEnd() -> Int? {
        var index = start
        while index < min(buffer.count, start + Self.longestHeader) {
            if buffer[index] == 0x0A {
                if index + 1 < buffer.count, buffer[index + 1] == 0x0A { return index + 2 }
                if index + 2 < buffer.count, buffer[index + 1] == 0x0D, buffer[index + 2] == 0x0A { return index + 3 }
            }
            index += 1
        }
        return nil
    }

    /// The last length in a header: what stands in front of it may be what is left of a broken message.
    private func contentLength(in range: Range<Int>) -> Int? {
        let header = buffer[range]
        var found: Int?
        for index in header.indices where header.endIndex - index > Self.field.count {
            guard zip(header[index...], Self.field).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { continue }
            let digits = header[(index + Self.field.count)...].drop { $0 == 0x20 }.prefix { (0x30...0x39).contains($0) }
            found = Int(String(decoding: digits, as: UTF8.self))
        }
        return found
    }
}
