import Drivers

/// Makes lines of the engine's frames: every message begins with its time, and a line that is long has several.
struct LogAssembly {
    /// A line that has not ended yet.
    private struct Start {
        var time = ""
        var bytes: [UInt8] = []
    }

    private var starts: [EngineFrame.Stream: Start] = [:]
    /// A program that prints no line break must not fill the memory.
    private static let longest = 1 << 20

    /// The lines that end with this frame.
    mutating func add(_ frame: EngineFrame) -> [InstanceLine] {
        var lines: [InstanceLine] = []
        var start = starts[frame.stream] ?? Start()
        var rest = frame.bytes[...]
        while !rest.isEmpty {
            if let (time, text) = Self.message(rest) {
                rest = text
                if start.time.isEmpty { start.time = time }
            }
            let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
            start.bytes += rest[..<end]
            guard end < rest.endIndex || start.bytes.count > Self.longest else { break }
            lines.append(Self.line(start, frame.stream))
            start = Start()
            rest = rest[min(end + 1, rest.endIndex)...]
        }
        starts[frame.stream] = start
        return lines
    }

    /// What was printed last, without a line break.
    mutating func end() -> [InstanceLine] {
        defer { starts = [:] }
        return starts.sorted { $0.key.rawValue < $1.key.rawValue }.filter { !$0.value.bytes.isEmpty }
            .map { Self.line($0.value, $0.key) }
    }

    private static func line(_ start: Start, _ stream: EngineFrame.Stream) -> InstanceLine {
        var bytes = start.bytes
        if bytes.last == 0x0D { bytes.removeLast() }
        return InstanceLine(
            time: start.time,
            isError: stream == .standardError,
            text: String(decoding: bytes, as: UTF8.self)
        )
    }

    /// `2026-11-21T06:42:00.123456789Z TEXT`: always nine decimals, so always 30 bytes before the space.
    private static func message(_ bytes: ArraySlice<UInt8>) -> (time: String, text: ArraySlice<UInt8>)? {
        guard bytes.count > 30, bytes[bytes.startIndex + 30] == 0x20, bytes[bytes.startIndex + 29] == 0x5A,
            bytes[bytes.startIndex + 10] == 0x54, bytes[bytes.startIndex + 19] == 0x2E
        else { return nil }
        return (String(decoding: bytes.prefix(30), as: UTF8.self), bytes.dropFirst(31))
    }
}
