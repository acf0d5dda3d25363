import ResourceModel

/// Values as Compose writes them.
enum ComposeUnits {
    /// `512M`, `1.5gb`, `64MiB`, `1048576`: every unit is a power of 1024, as Docker reads them.
    static func size(_ text: String) -> ByteCount? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(String(digits)), digits.first != "." else { return nil }
        var unit = text[digits.endIndex...].drop { $0 == " " }.lowercased()
        if unit.hasSuffix("ib"), unit.count == 3 {
            unit.removeLast(2)
        } else if unit.hasSuffix("b") {
            unit.removeLast()
        }
        guard let power = ["": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5][unit] else { return nil }
        var bytes = number
        for _ in 0..<power { bytes *= 1024 }
        guard bytes < 9e18 else { return nil }
        return ByteCount(bytes: Int64(bytes))
    }

    /// `1m30s`, `500ms`: kept as it is written where manifests read it, too.
    static func duration(_ text: String) -> String? {
        if text == "0" { return "0s" }
        if Duration(parsing: text) != nil, !text.contains("d") { return text }
        var total = 0.0
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let unit = rest[digits.endIndex...].prefix { !($0.isNumber || $0 == ".") }
            let scales = ["ns": 1.0, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9]
            guard let number = Double(String(digits)), let scale = scales[String(unit)] else { return nil }
            total += number * scale
            rest = rest[unit.endIndex...]
        }
        guard total < 9e18 else { return nil }
        return Duration.nanoseconds(Int64(total)).text
    }

    /// A number of processors.
    static func cpus(_ text: String) -> String? {
        CPUCount(parsing: text.hasPrefix(".") ? "0" + text : text)?.text
    }

    static func bool(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "y": true
        case "false", "no", "off", "n": false
        default: nil
        }
    }

    /// Permission bits: octal with a zero in front, or in quotes; else a decimal number, as YAML has it.
    static func mode(_ text: String, isPlain: Bool) -> (mode: FileMode, wasDecimal: Bool)? {
        if text.hasPrefix("0o"), let bits = UInt16(text.dropFirst(2), radix: 8) { return (FileMode(bits: bits), false) }
        if text.hasPrefix("0") || !isPlain, let bits = UInt16(text, radix: 8) { return (FileMode(bits: bits), false) }
        guard let bits = UInt16(text), bits < 0o10000 else { return nil }
        return (FileMode(bits: bits), true)
    }
}
