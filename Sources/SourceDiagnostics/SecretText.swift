/// Finds what looks like the value of a secret in the text of a line, whatever document it stands in.
///
/// Told from text and not from nodes, since a line is shown also where its document cannot be read, and where no rule
/// looked at it. What a rule calls a secret is one here: the names of `SecretWords`, in front of a colon or an equals
/// sign or as an argument, and passwords in addresses.
enum SecretText {
    private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    /// How far above a line the key is looked for that the line belongs to.
    private static let reach = 4096
    private static let quotes: [UInt8] = [0x22, 0x27]

    /// The parts of a line that are not to be shown, in any order.
    ///
    /// A value goes as far as it can be told where it ends: else the rest of the line goes with it.
    static func hidden(_ file: SourceFile, _ line: Range<Int>) -> [Range<Int>] {
        let bytes = file.bytes[line]
        guard let first = bytes.firstIndex(where: { !isBlank($0) }) else { return [] }
        let inherited = inheritedStart(file, bytes, first)
        return assigned(bytes) + passwords(bytes)
            + [inherited, argumentStart(bytes)].compactMap { $0.map { $0..<line.upperBound } }
    }

    // MARK: - One line

    /// The values of `NAME: value`, `"NAME":"value"` and `NAME=value`.
    private static func assigned(_ bytes: Bytes) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for sign in bytes.indices where bytes[sign] == UInt8(ascii: ":") || bytes[sign] == UInt8(ascii: "=") {
            guard sign >= found.last?.upperBound ?? 0, isKey(bytes, endingAt: sign),
                let value = value(bytes, behind: sign), !isHarmless(value)
            else { continue }
            // What follows an equals sign is a part of a longer text, whose end nobody knows.
            let isPart = bytes[sign] == UInt8(ascii: "=")
            found.append(value.startIndex..<(isPart ? bytes.endIndex : end(of: value.startIndex, in: bytes)))
        }
        return found
    }

    /// Whether a name in front of a sign is one of a secret.
    private static func isKey(_ bytes: Bytes, endingAt sign: Int) -> Bool {
        let isColon = bytes[sign] == UInt8(ascii: ":")
        var end = sign
        while end > bytes.startIndex, isBlank(bytes[end - 1]) { end -= 1 }
        let isQuoted = end > bytes.startIndex && quotes.contains(bytes[end - 1])
        let next = sign + 1
        // In front of a colon that is no sign stands no key: `name:tag`; and `==` compares.
        let follows = next < bytes.endIndex ? bytes[next] : 0x20
        guard isColon ? isQuoted || isBlank(follows) || follows == 0x0D : follows != bytes[sign] else { return false }
        if isQuoted { end -= 1 }
        var start = end
        while start > bytes.startIndex, isOfName(bytes[start - 1]) { start -= 1 }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        // `secret: NAME` refers to one, and the names of rules end so.
        return name != "secret" && !name.hasSuffix("-secret") && isName(name)
    }

    /// The first word of the scalar behind a sign, with the quote that it begins with; nil: nothing, or something of
    /// several.
    private static func value(_ bytes: Bytes, behind sign: Int) -> Bytes? {
        let rest = bytes[(sign + 1)...].drop { isBlank($0) }
        guard let first = rest.first, first != UInt8(ascii: "#"), !"{[*|>,}]".utf8.contains(first) else { return nil }
        let ends = quotes.contains(first) ? [first] : Array(",}] \t\r\"'".utf8)
        let word = rest.dropFirst().prefix { !ends.contains($0) }
        return rest[..<word.endIndex]
    }

    /// Where a scalar that is the value of a key ends: at its closing quote, or inside brackets at the next comma or
    /// bracket; elsewhere with the line.
    private static func end(of start: Int, in bytes: Bytes) -> Int {
        let quote = bytes[start]
        guard quotes.contains(quote) else {
            guard isInBrackets(bytes[..<start]) else { return bytes.endIndex }
            return bytes[start...].firstIndex { ",}]".utf8.contains($0) } ?? bytes.endIndex
        }
        var index = start + 1
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                index += 2
                continue
            }
            guard bytes[index] == quote else {
                index += 1
                continue
            }
            guard index + 1 < bytes.endIndex, bytes[index + 1] == quote else { return index + 1 }
            index += 2
        }
        return bytes.endIndex
    }

    /// Whether a bracket is open behind some text, as far as quotes leave no doubt.
    private static func isInBrackets(_ bytes: Bytes) -> Bool {
        var depth = 0
        var quote: UInt8?
        for byte in bytes {
            if let open = quote {
                if byte == open { quote = nil }
            } else if quotes.contains(byte) {
                quote = byte
            } else if "{[".utf8.contains(byte) {
                depth += 1
            } else if "}]".utf8.contains(byte) {
                depth -= 1
            }
        }
        return depth > 0 && quote == nil
    }

    /// Where the value behind an argument such as `--password` starts.
    private static func argumentStart(_ bytes: Bytes) -> Int? {
        var words = words(bytes)[...]
        while let word = words.popFirst() {
            guard isArgument(bytes[word]), let next = words.first else { continue }
            if bytes[next].first != UInt8(ascii: "-"), !isHarmless(bytes[next]) { return next.lowerBound }
        }
        return nil
    }

    /// The passwords of addresses such as `scheme://user:password@host`.
    private static func passwords(_ bytes: Bytes) -> [Range<Int>] {
        let ends = Array("/?# \t\"',}]".utf8)
        var found: [Range<Int>] = []
        var next = bytes.startIndex
        while let colon = bytes[next...].firstIndex(of: UInt8(ascii: ":")) {
            next = colon + 1
            guard bytes[next...].starts(with: "//".utf8) else { continue }
            let authority = bytes[(next + 2)...].prefix { !ends.contains($0) }
            guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
                let separator = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            let password = authority[(separator + 1)..<at]
            guard let first = password.first, first != UInt8(ascii: "$"), !password.starts(with: "{{".utf8) else {
                continue
            }
            found.append(password.startIndex..<password.endIndex)
        }
        return found
    }

    // MARK: - The lines above

    /// Where a line starts that is a part of a value which began above it: in a block, on the line behind its key, or
    /// behind an argument.
    private static func inheritedStart(_ file: SourceFile, _ bytes: Bytes, _ first: Int) -> Int? {
        let words = words(bytes)
        guard let word = words.first else { return nil }
        var depth = first - bytes.startIndex
        var end = bytes.startIndex
        var isNearest = true
        while end > 0, bytes.startIndex - end < reach {
            var start = end - 1
            while start > 0, file.bytes[start - 1] != 0x0A { start -= 1 }
            defer { end = start }
            let line = file.bytes[start..<(end - 1)]
            guard let own = line.firstIndex(where: { !isBlank($0) }), line[own] != 0x0D else { continue }
            if isNearest {
                isNearest = false
                if let last = self.words(line).last, isArgument(line[last]), file.bytes[word.lowerBound] != 0x2D,
                    !isHarmless(bytes[word])
                {
                    return word.lowerBound
                }
            }
            guard own - start < depth else { continue }
            depth = own - start
            if opens(line) { return refers(bytes[first...]) ? nil : first }
            if depth == 0 { return nil }
        }
        return nil
    }

    /// Whether the key of a line is one of a secret, and its value goes on below.
    private static func opens(_ line: Bytes) -> Bool {
        guard let sign = line.firstIndex(of: UInt8(ascii: ":")), isKey(line, endingAt: sign) else { return false }
        let value = line[(sign + 1)...].drop { isBlank($0) || $0 == 0x0D }
        guard let first = value.first else { return true }
        return !"{[*".utf8.contains(first)
    }

    /// Whether a line names a Secret or Config, as the value of a variable may.
    private static func refers(_ line: Bytes) -> Bool {
        ["secret:", "config:"].contains { line.starts(with: $0.utf8) }
    }

    // MARK: - Words

    /// What stands between spaces, commas, quotes and brackets; the dash of a list's item is none.
    private static func words(_ bytes: Bytes) -> [Range<Int>] {
        let ends = Array(" \t\r,\"'[]{}".utf8)
        // Named, since the split of any sequence gives slices of an array, which count from 0.
        let parts: [Bytes] = bytes.split(whereSeparator: { ends.contains($0) })
        return parts.map { $0.startIndex..<$0.endIndex }
            .filter { $0.count > 1 || bytes[$0.lowerBound] != UInt8(ascii: "-") }
    }

    /// Whether a word is an argument whose value is the next one.
    private static func isArgument(_ word: Bytes) -> Bool {
        guard word.first == UInt8(ascii: "-"), !word.contains(UInt8(ascii: "=")) else { return false }
        return isName(String(decoding: word, as: UTF8.self))
    }

    private static func isName(_ name: String) -> Bool {
        SecretWords.isName(String(name.drop { $0 == "-" }.map { $0 == "-" ? "_" : $0 }))
    }

    private static func isHarmless(_ value: Bytes) -> Bool {
        let text = String(decoding: value.drop { quotes.contains($0) }, as: UTF8.self)
        return text.hasPrefix("$") || SecretWords.isHarmless(text)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte >= 0x30 && byte <= 0x39
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
