import ResourceModel

/// Points of time as logs have them: RFC 3339 in UTC with nanoseconds, all of one length.
package enum LogTime {
    package static func text(_ time: Timestamp) -> String { "\(time.text.dropLast())000000Z" }

    /// Reads what `--since` takes: so long ago (`10m`, `1h30m`) or a time (`2026-11-21T06:42:00Z`, an offset and a
    /// fraction allowed); nil for everything else.
    package static func parse(_ text: String, now: Timestamp) -> String? {
        if let ago = Duration(parsing: text) {
            return self.text(Timestamp(milliseconds: now.milliseconds - ago.nanoseconds / 1_000_000))
        }
        return time(text)
    }

    private static func time(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, ["T", "t", " "].contains(Character(Unicode.Scalar(bytes[10]))) else { return nil }
        func number(_ start: Int, _ length: Int) -> Int64? {
            guard start + length <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[start..<start + length] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        let marks: [(Int, UInt8)] = [(4, 0x2D), (7, 0x2D), (13, 0x3A), (16, 0x3A)]
        guard marks.allSatisfy({ bytes[$0.0] == $0.1 }), let year = number(0, 4), let month = number(5, 2),
            let day = number(8, 2), let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var rest = bytes[19...]
        var fraction: [UInt8] = []
        if rest.first == 0x2E {
            fraction = Array(rest.dropFirst().prefix { (0x30...0x39).contains($0) })
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard let offset = offset(rest) else { return nil }
        let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute - offset) * 60 + second
        let digits = String(decoding: (fraction + Array(repeating: 0x30, count: 9)).prefix(9), as: UTF8.self)
        return "\(Timestamp(milliseconds: seconds * 1000).text.prefix(19)).\(digits)Z"
    }

    /// Minutes east of Greenwich: `Z`, `+02:00`.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let text = String(decoding: bytes, as: UTF8.self)
        if text == "Z" || text == "z" { return 0 }
        guard text.utf8.count == 6, let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hours = Int64(parts[0]), let minutes = Int64(parts[1]), (0..<24).contains(hours),
            (0..<60).contains(minutes)
        else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar, by 400-year eras.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
