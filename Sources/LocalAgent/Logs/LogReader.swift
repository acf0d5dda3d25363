import Glibc
import ResourceModel

/// One line of an instance's output.
package struct LogLine: Sendable, Hashable {
    package var time = ""
    package var stream = ""
    package var text = ""

    package init() {}
}

extension LogLine: CanonicalRecord {
    package static let fields: [CanonicalField<LogLine>] = [
        .init("time", \.time), .init("stream", \.stream), .init("text", \.text),
    ]
}

/// Reads what a shim wrote: the last lines, and new ones as they come.
package struct LogReader: Sendable {
    private let path: String

    package init(_ directory: String) {
        path = "\(directory)/current.log"
    }

    /// The last lines, oldest first; lines that were cut into parts are whole again, up to 64 KiB each.
    ///
    /// - Parameter since: Only from the line of this time on, or, where no line has it, what is later: written as the log
    ///   writes times, in UTC with nanoseconds.
    package func last(lines wanted: Int, since: String? = nil) -> [LogLine] {
        var position = LogPosition(path: path)
        return position.moveToEnd(lines: wanted, since: since)
    }

    /// New lines as they come, after the last `lines`; each element is what came since the one before.
    ///
    /// Ends when the directory is gone or the task is cancelled. Nothing is read ahead of the consumer: one that does not
    /// read on costs no memory, and loses only what is rotated away meanwhile.
    package func follow(lines wanted: Int, since: String? = nil) -> AsyncStream<[LogLine]> {
        let follower = LogFollower(path, lines: wanted, since: since)
        return AsyncStream { await follower.next() }
    }
}
