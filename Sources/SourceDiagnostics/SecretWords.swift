/// Tells what is meant to be secret from its name or its form.
package enum SecretWords {
    /// A part of a name between underscores that is or ends with one of these: `DB_PASSWORD`, `DBPASSWORD`, no
    /// `TOKENIZER`.
    private static let words = [
        "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "CREDENTIAL", "CREDENTIALS",
    ]
    .map { Array($0.utf8) }
    private static let pairs = ["API_KEY", "ACCESS_KEY", "PRIVATE_KEY", "ENCRYPTION_KEY", "SIGNING_KEY"]
    /// Names that speak of a secret and hold none.
    private static let harmlessEnds = [
        "_FILE", "_PATH", "_DIR", "_NAME", "_URL", "_URI", "_HOST", "_PORT", "_TTL", "_EXPIRY", "_EXPIRATION",
        "_LIFETIME",
        "_LENGTH", "_ENABLED", "_ID", "_TYPE", "_ALGORITHM", "_ISSUER", "_AUDIENCE", "_POLICY", "_TIMEOUT", "_HEADER",
        "_ENDPOINT", "_SIZE", "_LIMIT", "_MODE", "_FORMAT", "_REALM", "_TITLE", "_LABEL",
    ]

    /// Whether a variable of this name holds a secret, as far as the name tells.
    package static func isName(_ name: String) -> Bool {
        // Asked of every variable of every service, so most are told by bytes.
        guard mayBeName(name) else { return false }
        let name = name.uppercased()
        let parts = name.split(separator: "_").map { Array($0.utf8) }
        guard
            parts.contains(where: { part in words.contains { part.hasSuffix($0) } })
                || pairs.contains(where: name.contains)
        else { return false }
        return !harmlessEnds.contains(where: name.hasSuffix)
    }

    /// Whether some part ends as one of the words does, or with KEY; of an argument, what is in front of `=`.
    private static func mayBeName(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { bytes in
            var index = 0
            let count = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.count
            while index < count {
                var end = index
                while end < count, bytes[end] != UInt8(ascii: "_"), bytes[end] != UInt8(ascii: "-") { end += 1 }
                if end - index >= 3 {
                    switch (bytes[end - 3] & 0xDF, bytes[end - 2] & 0xDF, bytes[end - 1] & 0xDF) {
                    case (0x4F, 0x52, 0x44), (0x53, 0x57, 0x44), (0x52, 0x45, 0x54), (0x4B, 0x45, 0x4E),
                        (0x4B, 0x45, 0x59), (0x49, 0x41, 0x4C), (0x41, 0x4C, 0x53):
                        return true
                    case (0x41, 0x53, 0x45) where end - index >= 4 && bytes[end - 4] & 0xDF == 0x52:
                        // PHRASE, and not DATABASE, which every other service has.
                        return true
                    default: break
                    }
                }
                index = end + 1
            }
            return false
        }
    }

    /// Whether a value cannot be a secret: nothing, a switch, a number, a path or a place to fill in.
    package static func isHarmless(_ text: String) -> Bool {
        if text.isEmpty || text.hasPrefix("/") || text.hasPrefix("${") || text.hasPrefix("{{") { return true }
        if ["true", "false", "yes", "no", "on", "off", "none", "null"].contains(text.lowercased()) { return true }
        return text.utf8.count < 4 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Whether a text is an address such as `scheme://user:password@host`.
    package static func hasPassword(address text: String) -> Bool {
        // Asked of every variable of every service: most have no `@` at all.
        guard text.utf8.contains(UInt8(ascii: "@")), let scheme = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            text[scheme...].hasPrefix("://")
        else { return false }
        let rest = text[text.index(scheme, offsetBy: 3)...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return false
        }
        let password = authority[authority.index(after: colon)..<at]
        return !password.isEmpty && !password.hasPrefix("$") && !password.hasPrefix("{{")
    }

    /// The argument that gives a secret on a command line; nil: none does.
    package static func argument(_ arguments: [String]) -> Int? {
        arguments.indices.first { index in
            let argument = arguments[index]
            guard argument.utf8.first == UInt8(ascii: "-"), mayBeName(argument) else { return false }
            let name = argument.prefix { $0 != "=" }.drop { $0 == "-" }.map { $0 == "-" ? "_" : $0 }
            guard isName(String(name)) else { return false }
            if let equals = argument.firstIndex(of: "=") {
                let value = String(argument[argument.index(after: equals)...])
                return !isHarmless(value) && !value.hasPrefix("$")
            }
            guard index + 1 < arguments.count else { return false }
            let value = arguments[index + 1]
            return !value.hasPrefix("-") && !isHarmless(value) && !value.hasPrefix("$")
        }
    }

    /// Whether a private key is in it, in the form of RFC 7468.
    package static func holdsPrivateKey(_ bytes: [UInt8]) -> Bool {
        // Most configs have no such line at all, so look for its first bytes before anything is decoded.
        guard bytes.contains(UInt8(ascii: "-")) else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: "\n").contains { $0.hasPrefix("-----BEGIN ") && $0.contains("PRIVATE KEY-----") }
    }
}

extension [UInt8] {
    fileprivate func hasSuffix(_ other: [UInt8]) -> Bool {
        count >= other.count && suffix(other.count).elementsEqual(other)
    }
}
