/// The texts that say whom a process runs as, what it calls its ports, and which hosts it knows.
enum ProcessTexts {
    /// What is wrong with `USER` or `USER:GROUP`, each a name or a number, if anything; nothing at all is no user.
    static func userFault(_ bytes: Bytes) -> FormatFault? {
        if bytes.isEmpty { return nil }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let isRight =
            parts.count <= 2
            && parts.enumerated().allSatisfy { index, part in index == 1 && part.isEmpty || isAccount(part) }
        guard !isRight else { return nil }
        return FormatFault(
            code: .invalidText,
            message: { "`\($0)` is no user" },
            help: ["write a name or a number, and perhaps a group behind a colon, such as \"1000:1000\""]
        )
    }

    /// A number that the kernel has, or a name: it holds no blank and does not begin with a dash.
    private static func isAccount(_ part: some Collection<UInt8>) -> Bool {
        guard let first = part.first, first != UInt8(ascii: "-") else { return false }
        if part.allSatisfy(Digits.isDigit) { return isIdentifier(part) }
        return part.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    private static func isIdentifier(_ digits: some Collection<UInt8>) -> Bool {
        Int32(String(decoding: Array(digits), as: UTF8.self)) != nil
    }

    /// What is wrong with the number of a file's owner, if anything.
    static func ownerFault(_ bytes: Bytes) -> FormatFault? {
        if !bytes.isEmpty, bytes.allSatisfy(Digits.isDigit), isIdentifier(bytes) { return nil }
        return FormatFault(
            code: .invalidText,
            message: { "`\($0)` is no number of a user or group" },
            help: ["write a number, such as \"1000\": names differ from image to image"]
        )
    }

    /// What is wrong with the name of a port, if anything.
    static func portNameFault(_ bytes: Bytes) -> FormatFault? {
        let isRight =
            (1...63).contains(bytes.count) && isLetter(bytes[0])
            && bytes.allSatisfy { isLetter($0) || "-_.".utf8.contains($0) }
        guard !isRight else { return nil }
        return FormatFault(
            code: .invalidText,
            message: { "`\($0)` cannot be the name of a port" },
            help: ["begin it with a letter or a digit, and use letters, digits, `-`, `_` and `.`"]
        )
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || Digits.isDigit(byte)
    }

    /// What is wrong with `NAME:ADDRESS` or `NAME=ADDRESS`, if anything; an IPv6 address may be in brackets.
    static func hostFault(_ bytes: Bytes) -> FormatFault? {
        let sign = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.firstIndex(of: UInt8(ascii: ":"))
        guard let sign, sign > 0, bytes[..<sign].allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            return FormatFault(
                code: .invalidText,
                message: { "`\($0)` is no NAME:ADDRESS" },
                help: ["write `db.example.com:10.0.0.7`"]
            )
        }
        var address = String(decoding: bytes[(sign + 1)...], as: UTF8.self)[...]
        if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
        if address == "host-gateway" || IPAddress(address) != nil { return nil }
        let shown = ManifestDecoder.shortened(String(address))
        return FormatFault(
            code: .invalidAddress,
            message: { "`\(shown)` in `\($0)` is no IP address" },
            help: ["write `db.example.com:10.0.0.7`"]
        )
    }
}
