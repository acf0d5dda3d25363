/// Names that clusters make parts of host names of: letters, digits, `-` and `_`, with a letter or digit at both ends.
package enum HostName {
    /// Whether the text is such a name; it has 63 bytes at most.
    package static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 63 else { return false }
        return isAlphanumeric(first) && isEnd(name)
    }

    /// Whether the text can be the end of such a name; a longer one is cut by whoever puts something before it.
    package static func isEnd(_ text: String) -> Bool {
        guard let last = text.utf8.last else { return false }
        return isAlphanumeric(last) && text.utf8.allSatisfy(isPlain)
    }

    /// Whether such names may have the byte within.
    package static func isPlain(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
