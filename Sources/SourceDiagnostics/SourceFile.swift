import Glibc
import Synchronization

/// The bytes of one input file, with the positions of its lines.
///
/// The bytes never change and never move, so a pointer into them stays good for as long as the file is alive; that is
/// what lets a parser keep offsets into the source in place of copies of it.
package final class SourceFile: @unchecked Sendable {
    /// The path as people wrote it; every renderer prints this one.
    package let path: String

    // Allocated here and freed in deinit: an Array would not promise that its bytes stay where they are.
    private let storage: UnsafeMutableBufferPointer<UInt8>
    private let allocated: UnsafeMutableBufferPointer<UInt8>
    private let lines = Mutex(LineStarts())

    /// Copies `bytes` into a file shown as `path`.
    package init(path: String, bytes: some Collection<UInt8>) {
        self.path = path
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count + 1)
        let end = buffer.initialize(fromContentsOf: bytes)
        allocated = buffer
        storage = UnsafeMutableBufferPointer(rebasing: buffer[0..<end])
        base = UnsafePointer(Self.address(buffer))
    }

    /// A file shown as `path` that holds the UTF-8 of `text`.
    package convenience init(path: String, text: String) {
        self.init(path: path, bytes: text.utf8)
    }

    /// Lets `fill` write up to `capacity` bytes; its result says how many it wrote.
    package init(path: String, capacity: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Int) rethrows {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(0, capacity) + 1)
        do {
            let written = try fill(
                UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer).dropLast())
            )
            self.path = path
            allocated = buffer
            base = UnsafePointer(Self.address(buffer))
            let count = min(max(0, written), buffer.count - 1)
            // Bytes behind what was written are never looked at, but for the one that ends the text.
            buffer[count] = 0
            storage = UnsafeMutableBufferPointer(rebasing: buffer[0..<count])
        } catch {
            buffer.deallocate()
            throw error
        }
    }

    deinit { allocated.deallocate() }

    // `allocate` gives an address for every capacity above 0; the other branch only spares a force unwrap.
    private static func address(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        buffer.baseAddress ?? .allocate(capacity: 1)
    }

    /// How many bytes the file has.
    package var count: Int { storage.count }

    /// The address of the first byte, also of an empty file; good for as long as the file is alive.
    package let base: UnsafePointer<UInt8>

    /// The bytes, good for as long as the file is alive.
    package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(storage) }

    /// Where some bytes stand first from an offset on, or nil; as fast as memory is read if one of them is rare.
    package func firstOffset(of word: [UInt8], from start: Int = 0) -> Int? {
        // Stops are fewer at a letter that few words have: capitals, and the last of an alphabet by frequency.
        let anchor: Int = word.firstIndex { $0 < 0x61 } ?? word.firstIndex { Self.rare.contains($0) } ?? 0
        var next = max(0, start) + anchor
        while next < count, let found = memchr(base + next, Int32(word[anchor]), count - next) {
            let at = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base - anchor
            if at + word.count <= count, memcmp(base + at, word, word.count) == 0 { return at }
            next = at + anchor + 1
        }
        return nil
    }

    private static let rare = Array("zqjxkvbpyg".utf8)

    /// The text between two byte offsets, with invalid UTF-8 replaced; offsets outside the file are clamped.
    package func text(in range: Range<Int>) -> String {
        let range = range.clamped(to: 0..<storage.count)
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// The text of a range, whose file is taken to be this one.
    package func text(in range: SourceRange) -> String {
        text(in: Int(range.start)..<Int(max(range.start, range.end)))
    }

    /// How many lines the file has; an empty file has one.
    package var lineCount: Int { lines.withLock { $0.count(storage) } }

    /// The byte offsets of the 1-based line `line`, without its line break; lines outside the file are clamped.
    package func lineRange(_ line: Int) -> Range<Int> {
        let (start, next) = lines.withLock { $0.bounds(of: line, storage) }
        var end = next
        if end > start, storage[end - 1] == 0x0A { end -= 1 }
        if end > start, storage[end - 1] == 0x0D { end -= 1 }
        return start..<end
    }

    /// The 1-based line and column (in code points) of a byte offset, which is clamped to the file.
    package func position(at offset: UInt32) -> SourcePosition {
        let offset = min(Int(offset), storage.count)
        var (line, start) = lines.withLock { $0.line(at: offset, storage) }
        var column = 1
        // A byte order mark at the start takes no column: editors do not show it.
        if start == 0, offset >= 3, storage[0] == 0xEF, storage[1] == 0xBB, storage[2] == 0xBF { start = 3 }
        for byte in storage[min(start, offset)..<offset] where byte & 0xC0 != 0x80 { column += 1 }
        return SourcePosition(line: line, column: column, offset: offset)
    }
}

/// A place in a file as people count it.
package struct SourcePosition: Sendable, Hashable {
    /// The line, from 1.
    package let line: Int
    /// The column in code points, from 1.
    package let column: Int
    /// The byte offset, from 0.
    package let offset: Int

    /// The position with these parts.
    package init(line: Int, column: Int, offset: Int) {
        self.line = line
        self.column = column
        self.offset = offset
    }
}
