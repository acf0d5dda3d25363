import Glibc

/// A place in a log that may be rotated away, and the way there.
struct LogPosition {
    let path: String
    private var file: Descriptor?
    private var offset: off_t = 0
    private var assembler = LogAssembler()

    init(path: String) {
        self.path = path
    }

    /// Goes to the end of what is there now and returns the last lines before it.
    ///
    /// The files are read through one assembler, and reading goes on exactly where this stopped: a line is neither lost
    /// nor told twice when the log is rotated meanwhile.
    mutating func moveToEnd(lines wanted: Int, since: String?) -> [LogLine] {
        file = try? Descriptor.open(path, O_RDONLY)
        var chunks: [LogTail] = []
        var seen: Set<ino_t> = []
        var open = file
        var rotation = 0
        while let current = open ?? (rotation == 0 ? nil : try? Descriptor.open(name(rotation), O_RDONLY)) {
            open = nil
            rotation += 1
            // The log may have been rotated between two openings: then this is a file that was read already.
            guard let inode = Self.inode(current), seen.insert(inode).inserted else { continue }
            let size = lseek(current.number, 0, SEEK_END)
            if chunks.isEmpty { offset = size }
            let missing = wanted - chunks.reduce(0) { $0 + $1.lines }
            chunks.append(LogTail(current, size: Int(size), lines: missing, since: since))
            if chunks.last?.isEnough == true { break }
        }
        assembler = LogAssembler()
        var lines: [LogLine] = []
        for chunk in chunks.reversed() { lines += assembler.take(chunk.bytes) }
        if let since {
            // The clock may have been set back: what follows the line is later, whatever its time says.
            if let first = lines.firstIndex(where: { $0.time == since }) {
                lines.removeFirst(first)
            } else {
                lines.removeAll { $0.time < since }
            }
        }
        return Array(lines.suffix(max(0, wanted)))
    }

    /// How much is read at a time: a log that is written faster than it is read has no end.
    private static let most = 1 << 20

    /// What was written since the last call, or the beginning of it: the rest comes with the next.
    mutating func newLines() -> [LogLine] {
        if file == nil {
            file = try? Descriptor.open(path, O_RDONLY)
            offset = 0
        }
        var lines: [LogLine] = []
        var left = Self.most
        while let current = file {
            lines += read(current, &left)
            guard left > 0, wasRotated(current) else { return lines }
            // What was written between the last reading and the rotation comes first.
            lines += read(current, &left)
            guard left > 0 else { return lines }
            file = successor(of: current)
            offset = 0
        }
        return lines
    }

    private func name(_ rotation: Int) -> String { rotation == 0 ? path : "\(path).\(rotation)" }

    /// Reads on to the end, or until nothing is `left` of what may be read.
    private mutating func read(_ file: Descriptor, _ left: inout Int) -> [LogLine] {
        var lines: [LogLine] = []
        var bytes = [UInt8](repeating: 0, count: 262_144)
        while left > 0 {
            let count = pread(file.number, &bytes, min(bytes.count, left), offset)
            guard count > 0 else { return lines }
            offset += off_t(count)
            left -= count
            lines += assembler.take(bytes[..<count])
        }
        return lines
    }

    private func wasRotated(_ file: Descriptor) -> Bool {
        var named = stat()
        guard stat(path, &named) == 0 else { return false }
        return Self.inode(file) != named.st_ino
    }

    /// The file that the writer began after this one: the next younger, or the oldest where this one is gone.
    private func successor(of file: Descriptor) -> Descriptor? {
        let inode = Self.inode(file)
        var younger = try? Descriptor.open(name(0), O_RDONLY)
        var rotation = 1
        while let next = try? Descriptor.open(name(rotation), O_RDONLY), rotation < 1000 {
            if Self.inode(next) == inode { return younger }
            younger = next
            rotation += 1
        }
        return younger
    }

    private static func inode(_ file: Descriptor) -> ino_t? {
        var info = stat()
        return fstat(file.number, &info) == 0 ? info.st_ino : nil
    }
}

/// The end of one log file: enough for some lines, or back to the line of some time.
struct LogTail {
    /// Whole records; the last one may still be missing its end.
    private(set) var bytes: [UInt8] = []
    private(set) var lines = 0
    /// Whether nothing older is wanted.
    private(set) var isEnough = false

    private static let most = 16 << 20

    init(_ file: Descriptor, size: Int, lines wanted: Int, since: String?) {
        guard wanted > 0 else {
            isEnough = true
            return
        }
        var length = min(size, 65_536)
        while true {
            bytes = [UInt8](repeating: 0, count: length)
            guard pread(file.number, &bytes, length, off_t(size - length)) == length else {
                bytes = []
                return
            }
            lines = Self.wholeLines(bytes)
            // Not the whole file: the first record may have lost its beginning.
            let start = length == size ? 0 : (bytes.firstIndex(of: 0x0A).map { $0 + 1 } ?? 0)
            isEnough = lines > wanted || since.map { Self.holds($0, bytes) } ?? false
            if isEnough || length == size || length >= Self.most {
                bytes.removeFirst(start)
                return
            }
            length = min(size, length * 4)
        }
    }

    /// How many lines end here: a record that a line goes on after is none.
    private static func wholeLines(_ bytes: [UInt8]) -> Int {
        var count = 0
        var spaces = 0
        for index in bytes.indices {
            if bytes[index] == 0x0A {
                spaces = 0
            } else if bytes[index] == 0x20 {
                spaces += 1
                if spaces == 2, index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "F") { count += 1 }
            }
        }
        return count
    }

    /// Whether a record of this time begins behind the first one.
    private static func holds(_ time: String, _ bytes: [UInt8]) -> Bool {
        let wanted = Array(time.utf8)
        var index = bytes.startIndex
        while let end = bytes[index...].firstIndex(of: 0x0A) {
            index = end + 1
            if bytes[index...].starts(with: wanted) { return true }
        }
        return false
    }
}
