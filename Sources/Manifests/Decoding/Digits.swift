/// Numbers as manifests write them: decimal digits, read from bytes without a String.
enum Digits {
    /// A decimal integer with an optional sign; nil for everything else and for what does not fit.
    @inline(__always)
    static func integer(_ bytes: Bytes) -> Int? {
        guard let first = bytes.first else { return nil }
        let negative = first == 0x2D
        var index = negative || first == 0x2B ? 1 : 0
        guard index < bytes.count else { return nil }
        // `0644` is octal to some readers and decimal to others, so it is neither here.
        if bytes[index] == 0x30, index + 1 < bytes.count { return nil }
        var value = 0
        while index < bytes.count {
            let digit = Int(bytes[index]) - 0x30
            guard digit >= 0, digit <= 9 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(digit)
            if overflow || carry { return nil }
            value = sum
            index += 1
        }
        return negative ? -value : value
    }

    /// Whether the bytes are decimal digits with an optional sign, of any length.
    static func isDecimal(_ bytes: Bytes) -> Bool {
        var rest = bytes[...]
        if let first = rest.first, first == 0x2D || first == 0x2B { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit) && (rest.first != 0x30 || rest.count == 1)
    }

    /// Whether the bytes are a number of the YAML core schema, infinities and hexadecimal ones left out.
    static func isNumber(_ bytes: Bytes) -> Bool {
        var index = 0
        func digits() -> Int {
            let start = index
            while index < bytes.count, isDigit(bytes[index]) { index += 1 }
            return index - start
        }
        if index < bytes.count, bytes[index] == 0x2D || bytes[index] == 0x2B { index += 1 }
        var count = digits()
        if index < bytes.count, bytes[index] == 0x2E {
            index += 1
            count += digits()
        }
        guard count > 0 else { return false }
        if index < bytes.count, bytes[index] | 0x20 == 0x65 {
            index += 1
            if index < bytes.count, bytes[index] == 0x2D || bytes[index] == 0x2B { index += 1 }
            guard digits() > 0 else { return false }
        }
        return index == bytes.count
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// The decimal integer that somebody may have meant by `1_000`, `0x10`, `0o17` or `3.0`.
    static func decimal(of text: String) -> String? {
        let plain = text.filter { $0 != "_" && $0 != "," }
        if plain.hasPrefix("0x") || plain.hasPrefix("0X") { return Int(plain.dropFirst(2), radix: 16).map(String.init) }
        if plain.hasPrefix("0o") { return Int(plain.dropFirst(2), radix: 8).map(String.init) }
        if let value = Int(plain) { return String(value) }
        if let value = Double(plain), let exact = Int(exactly: value) { return String(exact) }
        return nil
    }
}
