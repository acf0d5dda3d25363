import NIOCore
import NIOPosix

/// A TCP client of the tests: sends, ends its sending, reads what comes.
enum TestClient {
    static func with<Result: Sendable>(
        _ port: Int,
        host: String = "127.0.0.1",
        _ body: @escaping @Sendable (inout Session) async throws -> Result
    ) async throws -> Result {
        let stream = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await stream.executeThenClose { inbound, outbound in
            var session = Session(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&session)
        }
    }

    /// The first line that the server behind `port` sends; nil when it hangs up first.
    static func greeting(_ port: Int, host: String = "127.0.0.1") async throws -> String? {
        try await with(port, host: host) { try await $0.line() }
    }

    struct Session {
        var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        var rest = ByteBuffer()

        mutating func line() async throws -> String? {
            while true {
                if let end = rest.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = rest.readString(length: end - rest.readerIndex)
                    rest.moveReaderIndex(forwardBy: 1)
                    return line
                }
                guard var more = try await inbound.next() else { return nil }
                rest.writeBuffer(&more)
            }
        }

        func send(_ text: String) async throws {
            try await outbound.write(ByteBuffer(string: text))
        }

        func endOutput() {
            outbound.finish()
        }
    }
}
