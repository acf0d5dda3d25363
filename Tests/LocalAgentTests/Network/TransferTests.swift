import NIOCore
import NIOPosix
import Testing

@testable import LocalAgent

@Suite(.serialized) struct TransferTests {
    /// 200 MB go through while their reader is slow to start: little is held, and every byte arrives in its place.
    @Test(.timeLimit(.minutes(1))) func aSlowReaderCostsNoMemoryAndNoByte() async throws {
        let total = 200 * 1024 * 1024
        let server = try await EchoServer("echo", greets: false)
        let balancer = try await LoadBalancer(listenAddress: "127.0.0.1", port: 0, transport: .tcp)
        balancer.setBackends([server.backend])
        let taken = Counter()
        let received = try await TestClient.with(balancer.port) { session in
            let outbound = session.outbound
            async let sent: Void = Self.send(total, outbound, taken)
            // What was taken from the sender and not yet read is what the way holds, the kernel's buffers included.
            var held = -1
            while held != taken.value || held == 0 {
                held = taken.value
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(held < 100 * 1024 * 1024)
            var count = 0
            while let buffer = try await session.inbound.next() {
                let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self)
                if count < total { try #require(first == Self.pattern(count / Self.chunkSize)) }
                count += buffer.readableBytes
            }
            try await sent
            return count
        }
        #expect(received == total + 4)
        await balancer.close()
        await server.close()
    }

    private static let chunkSize = 64 * 1024

    /// What fills a chunk, by its number.
    private static func pattern(_ number: Int) -> UInt8 { UInt8(number % 251) }

    private static func send(
        _ total: Int,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ taken: Counter
    ) async throws {
        for number in 0..<(total / chunkSize) {
            try await outbound.write(ByteBuffer(repeating: pattern(number), count: chunkSize))
            taken.add(chunkSize)
        }
        outbound.finish()
    }
}
