import Glibc

/// Appends records to a log file and rotates it by size: `current.log`, `current.log.1` and so on.
///
/// A record is `TIME STREAM TAG TEXT`, the format of the container runtime interface: time in RFC 3339 with
/// nanoseconds, stream `stdout` or `stderr`, tag `F` for a whole line or its last part and `P` for a part that goes on.
/// When the disk takes no more, records are dropped: an instance is never stopped by its own output.
struct LogWriter {
    private let path: String
    private let maxSize: Int
    private let maxFiles: Int
    private var file: Descriptor?
    private var size = 0
    private var buffer: [UInt8] = []
    private var secondOfPrefix: Int = .min
    private var prefix: [UInt8] = []

    init(directory: String, maxSize: Int, maxFiles: Int) {
        path = "\(directory)/current.log"
        self.maxSize = max(4096, maxSize)
        self.maxFiles = max(1, maxFiles)
        open()
    }

    mutating func append(_ text: UnsafeRawBufferPointer, stream: StaticString, isFinal: Bool) {
        appendTime()
        buffer.append(contentsOf: UnsafeBufferPointer(start: stream.utf8Start, count: stream.utf8CodeUnitCount))
        buffer.append(contentsOf: isFinal ? " F ".utf8 : " P ".utf8)
        buffer.append(contentsOf: text)
        buffer.append(0x0A)
        if buffer.count >= 65_536 { flush() }
    }

    /// Writes what has gathered; called after each read, so that followers see lines as they come.
    mutating func flush() {
        guard !buffer.isEmpty else { return }
        if size > 0, size + buffer.count > maxSize { rotate() }
        if file == nil { open() }
        let written = buffer.withUnsafeBytes { bytes in
            (try? file?.writeAll(bytes, "write \(path)")) != nil
        }
        if written { size += buffer.count }
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func open() {
        file = try? Descriptor.open(path, O_WRONLY | O_CREAT | O_APPEND)
        var info = stat()
        size = file.map { fstat($0.number, &info) == 0 ? Int(info.st_size) : 0 } ?? 0
    }

    private mutating func rotate() {
        file = nil
        for index in stride(from: maxFiles - 1, to: 0, by: -1) {
            rename(index == 1 ? path : "\(path).\(index - 1)", "\(path).\(index)")
        }
        if maxFiles == 1 { unlink(path) }
        open()
    }

    private mutating func appendTime() {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        if now.tv_sec != secondOfPrefix {
            secondOfPrefix = now.tv_sec
            var parts = tm()
            gmtime_r(&now.tv_sec, &parts)
            prefix.removeAll(keepingCapacity: true)
            for (value, width, end) in [
                (parts.tm_year + 1900, 4, "-"), (parts.tm_mon + 1, 2, "-"), (parts.tm_mday, 2, "T"),
                (parts.tm_hour, 2, ":"), (parts.tm_min, 2, ":"), (parts.tm_sec, 2, "."),
            ] as [(Int32, Int, String)] {
                Self.append(Int(value), width: width, to: &prefix)
                prefix.append(contentsOf: end.utf8)
            }
        }
        buffer.append(contentsOf: prefix)
        Self.append(now.tv_nsec, width: 9, to: &buffer)
        buffer.append(contentsOf: "Z ".utf8)
    }

    private static func append(_ value: Int, width: Int, to bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(0x30 + value / divisor % 10))
            divisor /= 10
        }
    }
}
