import Glibc
import NIOCore
import NIOPosix

/// Gives a flow's socket buffers that are as long as what is to be read.
///
/// A datagram that does not fit is cut, and the longest has 64 KiB, which is too much to keep for each of thousands of
/// flows. So the socket is asked how long the next datagram is. A short one is read into the one buffer that the channel
/// keeps, a long one into a buffer that goes with it.
struct DatagramBuffers: RecvByteBufferAllocator {
    /// The length of the buffer that is kept; most datagrams are made to fit an Ethernet frame.
    private static let kept = 2048

    let socket: CInt

    /// Makes a channel use such buffers.
    ///
    /// - Parameter channel: Reads one datagram at a time; to be called on its event loop.
    static func use(on channel: any Channel) throws {
        let socket = try channel.pipeline.syncOperations
            .withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        guard let socket else { throw ChannelError.operationUnsupported }
        try channel.syncOptions?.setOption(.recvAllocator, value: Self(socket: socket))
    }

    /// The length of the datagram that is read next, or more.
    private var next: Int {
        var length: CInt = 0
        return ioctl(socket, UInt(FIONREAD), &length) == 0 ? Int(length) : 65_536
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        allocator.buffer(capacity: max(Self.kept, next))
    }

    /// Nil: the kept buffer is not to be used.
    func nextBufferSize() -> Int? {
        next <= Self.kept ? Self.kept : nil
    }

    /// Always true, which means that without a size a new buffer is made.
    mutating func record(actualReadBytes: Int) -> Bool { true }
}
