/// Permission bits of a file: `"0400"`.
package struct FileMode: Sendable, Hashable {
    package var bits: UInt16

    package init(bits: UInt16) {
        self.bits = bits
    }

    /// Reads three or four octal digits; nil for everything else.
    package init?(parsing text: some StringProtocol) {
        guard (3...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x37).contains($0) }),
            let bits = UInt16(text, radix: 8)
        else { return nil }
        self.bits = bits
    }

    /// Four octal digits.
    package var text: String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
