/// The one place through which every string from outside goes before it is printed.
package enum Escaping {
    /// The text with everything escaped that could steer a terminal, reorder what is read or hide from the eye.
    ///
    /// Escaped are control characters (also line breaks and tabs), DEL, bidi controls, zero-width characters, line and
    /// paragraph separators and tags. Bytes of C0 show as `\x1b`, all else as `\u{202E}`. Other text is unchanged.
    package static func visible(_ text: some StringProtocol) -> String {
        // Almost all text is clean, and then no second copy of it is made.
        if !text.unicodeScalars.contains(where: needsEscape) { return String(text) }
        var result = ""
        for scalar in text.unicodeScalars {
            if needsEscape(scalar) {
                result += escape(scalar)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whether a scalar must not reach a terminal as it is.
    package static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E: false
        case 0...0x1F, 0x7F...0x9F: true
        case 0xA0...0x180D: scalar.value == 0xAD || scalar.value == 0x061C || scalar.value == 0x115F
        default: isInvisible(scalar)
        }
    }

    /// How an escaped scalar is shown.
    package static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0...0xFF: "\\x" + hex(scalar.value, width: 2)
        default: "\\u{" + hex(scalar.value, width: 4).uppercased() + "}"
        }
    }

    /// How a byte is shown that is no part of valid UTF-8.
    package static func escape(byte: UInt8) -> String { "\\x" + hex(UInt32(byte), width: 2) }

    /// Whether a scalar changes the order in which text is shown (CVE-2021-42574).
    package static func isBidiControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Whether a scalar takes no room and shows nothing, so that two different words look the same.
    package static func isZeroWidth(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x180E, 0x200B...0x200D, 0x2060...0x2064, 0xFEFF, 0xE0000...0xE007F: true
        default: false
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if isBidiControl(scalar) || isZeroWidth(scalar) { return true }
        switch scalar.value {
        case 0x2028, 0x2029, 0x206A...0x206F, 0xFFF9...0xFFFB: return true
        default: return false
        }
    }

    private static func hex(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
