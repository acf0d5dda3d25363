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
