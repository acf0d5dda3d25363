import NIOCore

/// What containers print at once, and on which stream.
package struct EngineFrame: Sendable, Hashable {
    /// Where it was printed to.
    package enum Stream: UInt8, Sendable, Hashable {
        case standardInput = 0
        case standardOutput = 1
        case standardError = 2
        /// The engine's own words about why there is nothing to read.
        case engine = 3
    }

    package var stream: Stream
    package var bytes: [UInt8]

    package init(stream: Stream, bytes: [UInt8]) {
        self.stream = stream
        self.bytes = bytes
    }
}

/// Docker's frames: stream, three zeros, the length in four bytes with the highest first, the bytes.
///
/// A container with a terminal has one stream, which comes as it is and counts as standard output.
package struct FrameSplitter: StreamSplitting {
    private var buffer = ByteBuffer()
    private let isRaw: Bool

    private static let headerLength = 8
    private static let longest = 16 << 20

    package init(isRaw: Bool) {
        self.isRaw = isRaw
    }

    /// What an answer says about its form; nil from engines before API 1.42, which say the same of both.
    static func isRaw(_ contentType: String?, _ version: EngineVersion) -> Bool? {
        switch contentType {
        case "application/vnd.docker.multiplexed-stream": false
        case "application/vnd.docker.raw-stream" where version >= EngineVersion(1, 42): true
        default: nil
        }
    }

    package mutating func append(_ bytes: ByteBuffer) {
        buffer.writeImmutableBuffer(bytes)
    }

    package mutating func next() throws(StreamFault) -> EngineFrame? {
        if isRaw { return rest() }
        guard let header = buffer.getBytes(at: buffer.readerIndex, length: Self.headerLength) else { return nil }
        guard let stream = EngineFrame.Stream(rawValue: header[0]), header[1...3].allSatisfy({ $0 == 0 }) else {
            throw StreamFault(reason: "the log has no frames where they belong")
        }
        let length = header[4...].reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.longest else { throw StreamFault(reason: "a frame of the log has \(length) bytes") }
        guard buffer.readableBytes >= Self.headerLength + length else { return nil }
        buffer.moveReaderIndex(forwardBy: Self.headerLength)
        defer { if buffer.readableBytes == 0 { buffer.clear() } else { buffer.discardReadBytes() } }
        return EngineFrame(stream: stream, bytes: buffer.readBytes(length: length) ?? [])
    }

    package func end() throws(StreamFault) {
        guard buffer.readableBytes == 0 else { throw StreamFault(reason: "it ended in the middle of a frame") }
    }

    private mutating func rest() -> EngineFrame? {
        guard buffer.readableBytes > 0, let bytes = buffer.readBytes(length: buffer.readableBytes) else { return nil }
        buffer.clear()
        return EngineFrame(stream: .standardOutput, bytes: bytes)
    }
}
