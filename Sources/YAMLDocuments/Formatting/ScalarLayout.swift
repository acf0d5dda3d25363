/// The text of one scalar token, moved to another column or put into the usual quotes.
struct ScalarLayout {
    let bytes: [UInt8]
    let style: YAMLStyle

    /// With single quotes in place of double ones where nothing in them needs an escape.
    func normalized(shift: Int, parent: Int) -> [UInt8] {
        guard style == .doubleQuoted, bytes.count >= 2,
            !bytes.dropFirst().dropLast()
                .contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x27 || $0 == 0x5C || $0 == 0x7F })
        else { return shifted(by: shift, parent: parent) }
        return [0x27] + bytes.dropFirst().dropLast() + [0x27]
    }

    /// With the lines behind the first moved by so many columns.
    ///
    /// - Parameter parent: The column of the map or list around it, -1 at the root: blocks count their own from there.
    func shifted(by count: Int, parent: Int) -> [UInt8] {
        guard count != 0, bytes.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return bytes }
        var lines = Self.lines(bytes)
        let least = style == .literal || style == .folded ? contentIndent(lines, parent) : 0
        for index in lines.indices.dropFirst() {
            let spaces = lines[index].prefix { $0 == 0x20 }.count
            let isBlank = lines[index].dropFirst(spaces).allSatisfy { $0 == 0x0A || $0 == 0x0D }
            if isBlank, least == 0 || spaces < least {
                // Fewer spaces than the block's lines have are no content, and must not become any.
                if least > 0 { lines[index].removeFirst(max(0, spaces - max(0, least + count))) }
            } else if count > 0 {
                lines[index].insert(contentsOf: [UInt8](repeating: 0x20, count: count), at: 0)
            } else {
                lines[index].removeFirst(min(spaces, -count))
            }
        }
        return lines.flatMap { $0 }
    }

    /// The column of a block's text: what its header says, else that of its first line that is not blank.
    private func contentIndent(_ lines: [[UInt8]], _ parent: Int) -> Int {
        let header = lines.first?.prefix { $0 != 0x20 && $0 != 0x23 } ?? []
        if let digit = header.first(where: { (0x31...0x39).contains($0) }) { return max(0, parent) + Int(digit - 0x30) }
        let first = lines.dropFirst().first { line in line.contains { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D } }
        return first?.prefix { $0 == 0x20 }.count ?? 1 << 20
    }

    private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        for index in bytes.indices {
            let isReturn = bytes[index] == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A)
            guard bytes[index] == 0x0A || isReturn else { continue }
            lines.append(Array(bytes[start...index]))
            start = index + 1
        }
        if start < bytes.count { lines.append(Array(bytes[start...])) }
        return lines
    }
}
