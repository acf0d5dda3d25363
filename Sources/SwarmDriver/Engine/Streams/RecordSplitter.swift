import NIOCore
import ResourceModel

/// JSON objects one after another, with white space or nothing between them.
package struct RecordSplitter: StreamSplitting {
    private var buffer = ByteBuffer()
    /// How many of the readable bytes are looked at already.
    private var scanned = 0
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    private static let longest = 16 << 20

    package init() {}

    package mutating func append(_ bytes: ByteBuffer) {
        buffer.writeImmutableBuffer(bytes)
    }

    package mutating func next() throws(StreamFault) -> CanonicalValue? {
        guard let length = try recordLength(), let bytes = buffer.readBytes(length: length) else {
            guard buffer.readableBytes <= Self.longest else { throw StreamFault(reason: "a record has no end") }
            return nil
        }
        scanned = 0
        if buffer.readableBytes == 0 { buffer.clear() } else { buffer.discardReadBytes() }
        do throws(CanonicalError) {
            return try CanonicalReader.parse(bytes)
        } catch {
            throw StreamFault(reason: "a record is not JSON: \(error)")
        }
    }

    package func end() throws(StreamFault) {
        guard buffer.readableBytesView.allSatisfy(Self.isSpace) else {
            throw StreamFault(reason: "it ended in the middle of a record")
        }
    }

    /// The length of the first record with what is before it, once its last brace came.
    private mutating func recordLength() throws(StreamFault) -> Int? {
        for byte in buffer.readableBytesView.dropFirst(scanned) {
            scanned += 1
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return scanned }
            default: break
            }
            guard depth > 0 || Self.isSpace(byte) else { throw StreamFault(reason: "a record is no JSON object") }
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
