import Glibc
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
        let before = Self.residentBytes()
        let received = try await TestClient.with(balancer.port) { session in
            let outbound = session.outbound
            async let sent: Void = Self.send(total, outbound)
            try await Task.sleep(for: .milliseconds(300))
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
        #expect(Self.residentBytes() - before < 100 * 1024 * 1024)
        await balancer.close()
        await server.close()
    }

    private static let chunkSize = 64 * 1024

    /// What fills a chunk, by its number.
    private static func pattern(_ number: Int) -> UInt8 { UInt8(number % 251) }

    private static func send(_ total: Int, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        for number in 0..<(total / chunkSize) {
            try await outbound.write(ByteBuffer(repeating: pattern(number), count: chunkSize))
        }
        outbound.finish()
    }

    private static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 128)
        guard fgets(&text, 128, file) != nil else { return 0 }
        let line = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let fields = line.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
    }
}
