import ResourceModel

/// The units that nearly all manifests use, read from bytes; what these do not know, the types' own parsers may.
enum UnitText {
    /// One whole number with one unit, the spelling of nearly all durations.
    static func duration(_ bytes: Bytes) -> Duration? {
        guard let (value, index) = leadingNumber(bytes) else { return nil }
        let nanoseconds: Int64
        switch bytes.count - index {
        case 1:
            switch bytes[index] {
            case UInt8(ascii: "s"): nanoseconds = 1_000_000_000
            case UInt8(ascii: "m"): nanoseconds = 60_000_000_000
            case UInt8(ascii: "h"): nanoseconds = 3_600_000_000_000
            default: return nil
            }
        case 2 where bytes[index] == UInt8(ascii: "m") && bytes[index + 1] == UInt8(ascii: "s"):
            nanoseconds = 1_000_000
        default: return nil
        }
        let (product, overflow) = value.multipliedReportingOverflow(by: nanoseconds)
        return overflow ? nil : .nanoseconds(product)
    }

    /// One whole number with one binary unit.
    static func size(_ bytes: Bytes) -> ByteCount? {
        guard let (value, index) = leadingNumber(bytes), bytes.count - index == 3,
            bytes[index + 1] == UInt8(ascii: "i"),
            bytes[index + 2] == UInt8(ascii: "B")
        else { return nil }
        let shift: Int64
        switch bytes[index] {
        case UInt8(ascii: "K"): shift = 10
        case UInt8(ascii: "M"): shift = 20
        case UInt8(ascii: "G"): shift = 30
        default: return nil
        }
        guard value < 1 << (62 - shift) else { return nil }
        return ByteCount(bytes: value << shift)
    }

    /// A decimal number with at most nine decimals.
    static func cpus(_ bytes: Bytes) -> CPUCount? {
        guard let (whole, index) = leadingNumber(bytes), whole < 1_000_000 else { return nil }
        var nanos = whole * 1_000_000_000
        guard index < bytes.count else { return CPUCount(nanoCPUs: nanos) }
        guard bytes[index] == UInt8(ascii: "."), (1...9).contains(bytes.count - index - 1) else { return nil }
        var unit: Int64 = 100_000_000
        for byte in bytes[(index + 1)...] {
            guard Digits.isDigit(byte) else { return nil }
            nanos += Int64(byte - 0x30) * unit
            unit /= 10
        }
        return CPUCount(nanoCPUs: nanos)
    }

    /// The digits at the start, at most 15 of them, and where they end.
    @inline(__always)
    private static func leadingNumber(_ bytes: Bytes) -> (Int64, Int)? {
        var value: Int64 = 0
        var index = 0
        while index < bytes.count, Digits.isDigit(bytes[index]) {
            value = value * 10 + Int64(bytes[index] - 0x30)
            index += 1
            if index > 15 { return nil }
        }
        return index == 0 ? nil : (value, index)
    }

    /// The duration that `30 secs`, `5 min` or `1h 30m` probably means.
    static func nearestDuration(_ text: String) -> String? {
        var result = ""
        var rest = text.lowercased()[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "," }
            guard !rest.isEmpty else { break }
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest[number.endIndex...].drop { $0 == " " }
            let word = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest[word.endIndex...]
            guard !number.isEmpty, let unit = durationUnit(word) else { return nil }
            result += number + unit
        }
        return Duration(parsing: result) == nil ? nil : result
    }

    private static func durationUnit(_ word: Substring) -> String? {
        switch word {
        case "us", "usec", "usecs", "microsecond", "microseconds": "us"
        case "ms", "msec", "msecs", "millis", "millisecond", "milliseconds": "ms"
        case "s", "sec", "secs", "second", "seconds": "s"
        case "m", "min", "mins", "minute", "minutes": "m"
        case "h", "hr", "hrs", "hour", "hours": "h"
        case "d", "day", "days": "d"
        default: nil
        }
    }

    /// The size that `512mb`, `1Gi` or `64k` probably means.
    static func nearestSize(_ text: String) -> String? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard !digits.isEmpty else { return nil }
        let unit: String? =
            switch text[digits.endIndex...].lowercased().filter({ $0 != " " }) {
            case "b", "bytes": "B"
            case "k", "ki", "kib": "KiB"
            case "m", "mi", "mib": "MiB"
            case "g", "gi", "gib": "GiB"
            case "t", "ti", "tib": "TiB"
            case "kb": "KB"
            case "mb": "MB"
            case "gb": "GB"
            case "tb": "TB"
            default: nil
            }
        return unit.flatMap { ByteCount(parsing: digits + $0) == nil ? nil : digits + $0 }
    }
}
