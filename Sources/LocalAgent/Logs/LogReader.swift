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
    package func last(lines wanted: Int) -> [LogLine] {
        var lines: [LogLine] = []
        var rotation = 0
        while lines.count < wanted, let bytes = tail(rotation == 0 ? path : "\(path).\(rotation)", lines: wanted) {
            var assembler = LogAssembler()
            lines = assembler.take(bytes) + lines
            rotation += 1
        }
        return Array(lines.suffix(wanted))
    }

    /// New lines as they come, after the last `lines`; ends when the directory is gone or the task is cancelled.
    package func follow(lines wanted: Int) -> AsyncStream<LogLine> {
        AsyncStream { continuation in
            let task = Task {
                for line in last(lines: wanted) { continuation.yield(line) }
                var position = LogPosition(path: path)
                position.seekToEnd()
                while !Task.isCancelled, access(LogReader.parent(of: path), F_OK) == 0 {
                    for line in position.newLines() { continuation.yield(line) }
                    try? await Task.sleep(for: .milliseconds(150))
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// The end of a file, enough for some lines; nil when there is no file.
    private func tail(_ path: String, lines wanted: Int) -> [UInt8]? {
        guard let file = try? Descriptor.open(path, O_RDONLY) else { return nil }
        let size = Int(lseek(file.number, 0, SEEK_END))
        var length = min(size, 65_536)
        while true {
            var bytes = [UInt8](repeating: 0, count: length)
            let count = pread(file.number, &bytes, length, off_t(size - length))
            guard count == length else { return [] }
            let found = bytes.count { $0 == 0x0A }
            if found > wanted || length == size || length >= 16 << 20 {
                // Not the whole file: the first line may have lost its beginning.
                let start = length == size ? 0 : (bytes.firstIndex(of: 0x0A).map { $0 + 1 } ?? 0)
                return Array(bytes[start...])
            }
            length = min(size, length * 4)
        }
    }
}

/// A place in a log that may be rotated away.
struct LogPosition {
    let path: String
    private var file: Descriptor?
    private var offset: off_t = 0
    private var assembler = LogAssembler()

    init(path: String) {
        self.path = path
    }

    mutating func seekToEnd() {
        file = try? Descriptor.open(path, O_RDONLY)
        offset = file.map { lseek($0.number, 0, SEEK_END) } ?? 0
    }

    mutating func newLines() -> [LogLine] {
        if file == nil {
            file = try? Descriptor.open(path, O_RDONLY)
            offset = 0
        }
        guard let current = file else { return [] }
        var lines = read(current)
        if lines.isEmpty, wasRotated(current) {
            // What was written between the last read and the rotation comes first.
            lines = read(current)
            file = nil
        }
        return lines
    }

    private mutating func read(_ file: Descriptor) -> [LogLine] {
        var bytes = [UInt8](repeating: 0, count: 262_144)
        let count = pread(file.number, &bytes, bytes.count, offset)
        guard count > 0 else { return [] }
        offset += off_t(count)
        return assembler.take(bytes[..<count])
    }

    private func wasRotated(_ file: Descriptor) -> Bool {
        var open = stat()
        var named = stat()
        guard fstat(file.number, &open) == 0, stat(path, &named) == 0 else { return false }
        return open.st_ino != named.st_ino
    }
}

/// Puts records together to lines.
struct LogAssembler {
    private var rest: [UInt8] = []
    private var parts: [String: String] = [:]
    private static let longest = 65_536

    mutating func take(_ bytes: some Sequence<UInt8>) -> [LogLine] {
        rest.append(contentsOf: bytes)
        var lines: [LogLine] = []
        var start = 0
        while let end = rest[start...].firstIndex(of: 0x0A) {
            if let line = record(rest[start..<end]) { lines.append(line) }
            start = end + 1
        }
        rest.removeSubrange(..<start)
        return lines
    }

    private mutating func record(_ bytes: ArraySlice<UInt8>) -> LogLine? {
        let fields = bytes.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4 else { return nil }
        var line = LogLine()
        line.time = String(decoding: fields[0], as: UTF8.self)
        line.stream = String(decoding: fields[1], as: UTF8.self)
        let text = String(decoding: fields[3], as: UTF8.self)
        var whole = parts.removeValue(forKey: line.stream) ?? ""
        if whole.utf8.count < Self.longest { whole += text }
        guard fields[2].first == UInt8(ascii: "F") else {
            parts[line.stream] = whole
            return nil
        }
        line.text = whole
        return line
    }
}
