import Glibc
import Synchronization

/// Writes to a standard stream and survives that nobody reads it any more.
///
/// After a broken pipe further writes are dropped: `orchplan apply | head` goes on applying. The process has to ignore
/// SIGPIPE for that, once, at its start. Any other failure, a full disk for one, drops them too and is kept for whoever
/// ends the command: a result that did not arrive is no success.
package final class TerminalWriter: Sendable {
    private let descriptor: Int32
    /// The error that ended the stream; nil while writes arrive.
    private let ending = Mutex<Int32?>(nil)

    package init(_ stream: TerminalEnvironment.Stream) {
        descriptor = stream.rawValue
    }

    /// A writer to an open descriptor, which stays the caller's.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Makes a write to a closed pipe an error instead of the end of the process.
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    /// Whether writes would still arrive somewhere, also when there was nothing to write since the reader went away.
    package var isOpen: Bool {
        guard ending.withLock({ $0 == nil }) else { return false }
        // Errors and hang-ups are told without being asked for; a regular file has neither.
        var stream = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&stream, 1, 0) <= 0
    }

    /// Why something that was written is lost, in the system's words; nil when all arrived or the reader went away.
    package var loss: String? {
        ending.withLock { $0.flatMap { $0 == EPIPE ? nil : String(cString: strerror($0)) } }
    }

    /// Writes the whole text, in one piece as far as the system takes it; waits for a slow reader.
    package func write(_ text: String) {
        guard !text.isEmpty else { return }
        ending.withLock { ending in
            guard ending == nil else { return }
            var copy = text
            ending = copy.withUTF8 { Self.writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
        }
    }

    /// Writes bytes as they are: machine-readable output that may be large.
    package func write(_ bytes: [UInt8]) {
        ending.withLock { ending in
            guard ending == nil else { return }
            ending = bytes.withUnsafeBytes { Self.writeAll($0, to: descriptor) }
        }
    }

    /// Writes lines of a view.
    package func write(_ lines: [StyledText], _ format: ViewFormat) {
        write(format.painter.paint(lines))
    }

    /// Returns the error when the stream is gone: closed by its reader, or failing for good.
    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let slice = UnsafeRawBufferPointer(rebasing: rest)
            let written = Glibc.write(descriptor, slice.baseAddress, slice.count)
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, 1000)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}
