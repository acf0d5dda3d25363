import Glibc
import SourceDiagnostics

/// Finds the lines that start a document.
///
/// `---` at the start of a line, with space or a line's end behind it, starts a document wherever it stands: neither
/// quotes nor block scalars may contain it.
enum DocumentBoundaries {
    /// The offset of the first such line at or after `offset`, which itself may be in the middle of a line.
    static func next(_ bytes: UnsafeBufferPointer<UInt8>, from offset: Int, limit: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let limit = min(limit, bytes.count)
        var at = offset
        if at > 0, at < limit, base[at - 1] != 0x0A {
            guard let newline = memchr(base + at, 0x0A, limit - at) else { return nil }
            at = UnsafeRawPointer(newline) - UnsafeRawPointer(base) + 1
        }
        while at < limit {
            if isStart(base, at, limit) { return at }
            guard let newline = memchr(base + at, 0x0A, limit - at) else { return nil }
            at = UnsafeRawPointer(newline) - UnsafeRawPointer(base) + 1
        }
        return nil
    }

    /// Moves a boundary up over the directives that belong to its document, but never above `floor`.
    static func withDirectives(_ bytes: UnsafeBufferPointer<UInt8>, _ boundary: Int, floor: Int) -> Int {
        var start = boundary
        var hasDirectives = false
        var line = boundary
        while line > floor {
            var previous = line - 1
            while previous > 0, bytes[previous - 1] != 0x0A { previous -= 1 }
            switch bytes[previous] {
            case UInt8(ascii: "%"):
                hasDirectives = true
                start = previous
            case UInt8(ascii: "#"), 0x0A, 0x0D:
                break
            default:
                // Directives count only behind `...` or at the start of the file; elsewhere `%` is content.
                let ends = previous + 2 < line && bytes[previous..<previous + 3].allSatisfy { $0 == UInt8(ascii: ".") }
                return ends && hasDirectives && start > floor ? start : boundary
            }
            line = previous
        }
        return hasDirectives ? start : boundary
    }

    /// Whether the line that starts at `at` is such a line.
    static func isStart(_ base: UnsafePointer<UInt8>, _ at: Int, _ limit: Int) -> Bool {
        guard at + 3 <= limit, base[at] == 0x2D, base[at + 1] == 0x2D, base[at + 2] == 0x2D else { return false }
        return at + 3 == limit || base[at + 3] <= 0x20
    }
}
