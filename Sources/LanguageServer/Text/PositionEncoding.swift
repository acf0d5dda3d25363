import SourceDiagnostics

/// What the columns of a client count.
enum PositionEncoding: String, Sendable, CaseIterable {
    case utf8 = "utf-8"
    case utf16 = "utf-16"
    case utf32 = "utf-32"

    /// The one to speak: bytes where the client counts them, else what every client can.
    init(offered: [String]) {
        self = offered.contains(Self.utf8.rawValue) ? .utf8 : .utf16
    }

    /// How much a byte of UTF-8 adds to a column: everything of a character counts at its first byte.
    @inline(__always)
    func width(_ byte: UInt8) -> Int {
        switch self {
        case .utf8: 1
        case .utf16: byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1
        case .utf32: byte & 0xC0 == 0x80 ? 0 : 1
        }
    }
}

/// A place in a text as clients say it, from 0.
struct TextPosition: Sendable, Hashable {
    var line: Int
    var column: Int
}

extension SourceFile {
    /// Where a byte offset is; offsets outside the file are clamped.
    func place(_ offset: Int, _ encoding: PositionEncoding) -> TextPosition {
        let offset = max(0, min(offset, count))
        let line = position(at: UInt32(offset)).line
        let start = lineRange(line).lowerBound
        var column = 0
        for byte in bytes[min(start, offset)..<offset] { column += encoding.width(byte) }
        return TextPosition(line: line - 1, column: column)
    }

    /// The byte offset of a place; a column behind the line's end is its end, a line behind the last one the file's.
    func offset(_ place: TextPosition, _ encoding: PositionEncoding) -> Int {
        guard place.line < lineCount else { return count }
        let range = lineRange(place.line + 1)
        var left = place.column
        for index in range {
            // Inside a character there is no place: its start is meant.
            let width = encoding.width(bytes[index])
            if left < width || (left == 0 && width > 0) { return encoding == .utf8 ? boundary(index, range) : index }
            left -= width
        }
        return range.upperBound
    }

    private func boundary(_ index: Int, _ range: Range<Int>) -> Int {
        var index = index
        while index > range.lowerBound, bytes[index] & 0xC0 == 0x80 { index -= 1 }
        return index
    }
}
