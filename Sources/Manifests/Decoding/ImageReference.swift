import SourceDiagnostics

/// What is wrong with a text of a format.
struct FormatFault {
    var code: DiagnosticCode
    /// What is wrong; gets the text.
    var message: (String) -> String
    var help: [String] = []
}

/// References to images: `[domain[:port]/]path[:tag][@digest]`, the grammar of the distribution project.
enum ImageReference {
    /// What is wrong with a reference, if anything.
    static func fault(_ bytes: Bytes) -> FormatFault? {
        guard let problem = problem(bytes) else { return nil }
        return FormatFault(
            code: .invalidImage,
            message: { "`\($0)` is no image reference: \(problem.0)" },
            help: problem.1.map { [$0] } ?? []
        )
    }

    private static func problem(_ bytes: Bytes) -> (String, String?)? {
        guard !bytes.isEmpty else { return ("it is empty", nil) }
        guard bytes.count <= 512 else { return ("it is too long", nil) }
        var end = bytes.count
        if let at = bytes.firstIndex(of: UInt8(ascii: "@")) {
            guard isDigest(bytes[(at + 1)...]) else {
                return ("the digest is not `sha256:` and 64 hexadecimal digits", nil)
            }
            end = at
        }
        let name = bytes[..<end]
        let lastSlash = name.lastIndex(of: UInt8(ascii: "/"))
        var pathEnd = end
        if let colon = name.lastIndex(of: UInt8(ascii: ":")), colon > lastSlash ?? -1 {
            let tag = name[(colon + 1)...]
            guard isTag(tag) else {
                return tag.starts(with: "//".utf8) ? scheme : ("the tag is not made of letters, digits, `_`, `.` and `-`", nil)
            }
            pathEnd = colon
        }
        var start = 0
        if let slash = name[..<pathEnd].firstIndex(of: UInt8(ascii: "/")), isDomainLike(name[..<slash]) {
            guard isDomain(name[..<slash]) else {
                return name[..<slash].last == UInt8(ascii: ":") ? scheme : ("the registry's name is not valid", nil)
            }
            start = slash + 1
        }
        guard start < pathEnd else { return ("it has no name", nil) }
        for part in name[start..<pathEnd].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !isComponent(part) else { continue }
            if part.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) {
                let lower = String(decoding: bytes, as: UTF8.self).lowercased()
                return ("names are lowercase", "write `\(lower)`")
            }
            return ("a part of the name is not made of lowercase letters and digits joined by `.`, `_` or `-`", nil)
        }
        return nil
    }

    private static let scheme: (String, String?) = ("it is a URL", "leave out the scheme, as in `registry.example.com/app:1.0`")

    private typealias Part = Slice<Bytes>

    private static func isDomainLike(_ part: Part) -> Bool {
        part.elementsEqual("localhost".utf8)
            || part.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || ($0 >= 0x41 && $0 <= 0x5A) }
    }

    private static func isDomain(_ part: Part) -> Bool {
        var host = part
        if let colon = part.lastIndex(of: UInt8(ascii: ":")), part.first != UInt8(ascii: "[") || part[colon - 1] == 0x5D {
            let port = part[(colon + 1)...]
            guard !port.isEmpty, port.allSatisfy(Digits.isDigit) else { return false }
            host = part[..<colon]
        }
        if host.first == UInt8(ascii: "[") { return host.last == UInt8(ascii: "]") }
        guard let first = host.first, let last = host.last, isAlphanumeric(first), isAlphanumeric(last) else { return false }
        return host.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    private static func isComponent(_ part: Part) -> Bool {
        guard let first = part.first, let last = part.last, isLower(first), isLower(last) else { return false }
        var separators = 0
        var previous: UInt8 = 0
        for byte in part {
            if isLower(byte) {
                separators = 0
            } else {
                guard byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") else {
                    return false
                }
                separators += 1
                // One dot, one or two underscores, or any number of dashes.
                if separators > 1, byte != previous || byte == UInt8(ascii: ".") { return false }
                if separators > 2, byte == UInt8(ascii: "_") { return false }
            }
            previous = byte
        }
        return true
    }

    private static func isTag(_ tag: Part) -> Bool {
        guard let first = tag.first, tag.count <= 128, isAlphanumeric(first) || first == UInt8(ascii: "_") else {
            return false
        }
        return tag.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
    }

    private static func isDigest(_ digest: Part) -> Bool {
        guard digest.starts(with: "sha256:".utf8), digest.count == 71 else {
            return digest.starts(with: "sha512:".utf8) && digest.count == 135 && digest.dropFirst(7).allSatisfy(isHex)
        }
        return digest.dropFirst(7).allSatisfy(isHex)
    }

    private static func isHex(_ byte: UInt8) -> Bool { Digits.isDigit(byte) || (byte >= 0x61 && byte <= 0x66) }

    private static func isLower(_ byte: UInt8) -> Bool { Digits.isDigit(byte) || (byte >= 0x61 && byte <= 0x7A) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLower(byte) || (byte >= 0x41 && byte <= 0x5A) }
}
