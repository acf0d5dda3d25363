/// Where the lines of a text begin, as far as anybody asked: what is told of a large file is mostly near its start.
///
/// All offsets are in bytes from 0, all lines from 1.
struct LineStarts {
    private var starts: [UInt32] = [0]
    /// How much of the text was looked at.
    private var scanned = 0

    /// How many lines there are; an empty text has one.
    mutating func count(_ text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        scan(text, to: text.count)
        return starts.count
    }

    /// The line that an offset is in, and where that begins.
    mutating func line(at offset: Int, _ text: UnsafeMutableBufferPointer<UInt8>) -> (line: Int, start: Int) {
        scan(text, to: offset)
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(starts[middle]) <= offset { low = middle } else { high = middle }
        }
        return (low + 1, Int(starts[low]))
    }

    /// Where a line begins, and where the next one does or the text ends; lines that there are not are clamped.
    mutating func bounds(of line: Int, _ text: UnsafeMutableBufferPointer<UInt8>) -> (start: Int, next: Int) {
        while starts.count <= line, scanned < text.count { scan(text, to: scanned + Self.step) }
        let index = min(max(1, line), starts.count) - 1
        return (Int(starts[index]), index + 1 < starts.count ? Int(starts[index + 1]) : text.count)
    }

    private static let step = 1 << 16

    private mutating func scan(_ text: UnsafeMutableBufferPointer<UInt8>, to end: Int) {
        guard scanned < end else { return }
        // Questions mostly go on a little further each: not every one begins anew.
        let end = min(text.count, max(end, scanned + Self.step))
        while scanned < end {
            let byte = text[scanned]
            scanned += 1
            // A lone carriage return breaks a line too, as YAML says.
            if byte == 0x0A || (byte == 0x0D && !(scanned < text.count && text[scanned] == 0x0A)) {
                starts.append(UInt32(truncatingIfNeeded: scanned))
            }
        }
    }
}
