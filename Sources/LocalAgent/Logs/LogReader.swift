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
    /// - Parameter since: The time of a line: that one and all that follow, however many; nil: the last `wanted`.
    package func last(lines wanted: Int, since: String? = nil) -> [LogLine] {
        var position = LogPosition(path: path)
        return position.recent(lines: wanted, since: since)
    }

    /// The same lines, and new ones as they come; ends when the directory is gone or the task is cancelled.
    package func follow(lines wanted: Int, since: String? = nil) -> AsyncStream<LogLine> {
        AsyncStream { continuation in
            let task = Task {
                var position = LogPosition(path: path)
                for line in position.recent(lines: wanted, since: since) { continuation.yield(line) }
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

    /// The last lines that are there now; what comes later is left to `newLines`, without a gap and without overlap.
    mutating func recent(lines wanted: Int, since: String?) -> [LogLine] {
        let limit = since == nil ? wanted : .max
        guard limit > 0 else {
            open(atEnd: true)
            return []
        }
        open(atEnd: true)
        var lines: [LogLine] = []
        if let file { lines = assembler.take(Self.tail(file, size: Int(offset), lines: limit)) }
        var rotation = 1
        while lines.count < limit, !Self.reaches(lines, since),
            let older = try? Descriptor.open("\(path).\(rotation)", O_RDONLY)
        {
            rotation += 1
            // Rotated between the two looks: this one was read already.
            if let file, Self.isSame(file, older) { continue }
            var assembler = LogAssembler()
            let size = Int(lseek(older.number, 0, SEEK_END))
            lines = assembler.take(Self.tail(older, size: size, lines: limit)) + lines
        }
        guard let since else { return Array(lines.suffix(wanted)) }
        // The line itself, where it is still kept: a clock that was set back must not hide what came after it.
        if let start = lines.firstIndex(where: { $0.time == since }) { return Array(lines[start...]) }
        return lines.filter { $0.time > since }
    }

    mutating func newLines() -> [LogLine] {
        if file == nil { open(atEnd: false) }
        guard let current = file else { return [] }
        var lines = read(current)
        if lines.isEmpty, wasRotated(current) {
            // What was written between the last read and the rotation comes first.
            while case let more = read(current), !more.isEmpty { lines += more }
            file = nil
        }
        return lines
    }

    private mutating func open(atEnd: Bool) {
        file = try? Descriptor.open(path, O_RDONLY)
        offset = atEnd ? file.map { lseek($0.number, 0, SEEK_END) } ?? 0 : 0
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

    private static func reaches(_ lines: [LogLine], _ since: String?) -> Bool {
        guard let since else { return false }
        return lines.contains { $0.time == since }
    }

    private static func isSame(_ one: Descriptor, _ other: Descriptor) -> Bool {
        var (first, second) = (stat(), stat())
        guard fstat(one.number, &first) == 0, fstat(other.number, &second) == 0 else { return false }
        return first.st_ino == second.st_ino && first.st_dev == second.st_dev
    }

    /// The bytes before an offset, enough for some lines.
    private static func tail(_ file: Descriptor, size: Int, lines wanted: Int) -> [UInt8] {
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
