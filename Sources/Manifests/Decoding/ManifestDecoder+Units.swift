import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// Scalars with a unit.
extension ManifestDecoder {
    mutating func duration(_ node: YAMLNode) -> Duration? {
        guard let bytes = bytes(node, "a duration such as 10s") else { return nil }
        if let fast = UnitText.duration(bytes) { return fast }
        let text = String(decoding: bytes, as: UTF8.self)
        if let value = Duration(parsing: text) { return value }
        if isEmptyVariable(node, bytes) { return nil }
        if Digits.isNumber(bytes) {
            missingUnit(node, text, "seconds", "\(text)s")
        } else {
            let near = UnitText.nearestDuration(text)
            diagnostics.append(
                Diagnostic(
                    .invalidUnit,
                    "`\(field.text)` takes a duration, not `\(Self.shortened(text))`",
                    at: node.smallRange,
                    help: [
                        near.map { mend("did you mean `\($0)`?", node, $0, keepsQuotes: true) }
                            ?? Help("units are us, ms, s, m, h and d: `10s`, `1m30s`, `500ms`")
                    ]
                )
            )
        }
        return nil
    }

    mutating func size(_ node: YAMLNode) -> ByteCount? {
        guard let bytes = bytes(node, "a size such as 512MiB") else { return nil }
        if let fast = UnitText.size(bytes) { return fast }
        let text = String(decoding: bytes, as: UTF8.self)
        if let value = ByteCount(parsing: text) { return value }
        if isEmptyVariable(node, bytes) { return nil }
        if Digits.isNumber(bytes) {
            missingUnit(node, text, "MiB", "\(text)MiB")
        } else {
            let near = UnitText.nearestSize(text)
            diagnostics.append(
                Diagnostic(
                    .invalidUnit,
                    "`\(field.text)` takes a size, not `\(Self.shortened(text))`",
                    at: node.smallRange,
                    help: [
                        near.map { mend("did you mean `\($0)`?", node, $0, keepsQuotes: true) }
                            ?? Help("units are B, KiB, MiB, GiB, TiB, KB, MB, GB and TB: `512MiB`")
                    ]
                )
            )
        }
        return nil
    }

    @inline(never)
    private mutating func missingUnit(_ node: YAMLNode, _ text: String, _ unit: String, _ fixed: String) {
        diagnostics.append(
            Diagnostic(
                .missingUnit,
                "`\(field.text)` needs a unit",
                at: node.smallRange,
                help: [mend("for \(unit) write `\(fixed)`", node, fixed, keepsQuotes: true)]
            )
        )
    }

    mutating func cpus(_ node: YAMLNode) -> CPUCount? {
        guard let bytes = bytes(node, "a number of processors such as 1.5") else { return nil }
        if let fast = UnitText.cpus(bytes) { return positive(fast, node) }
        if isEmptyVariable(node, bytes) { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        if text.hasSuffix("m"), let milli = Int64(text.dropLast()), milli > 0 {
            let fixed = CPUCount(nanoCPUs: milli * 1_000_000).text
            diagnostics.append(
                Diagnostic(
                    .invalidUnit,
                    "`\(field.text)` takes a number of processors, not `\(Self.shortened(text))`",
                    at: node.smallRange,
                    help: [mend("write `\(fixed)`", node, fixed)]
                )
            )
            return nil
        }
        badValue(
            .invalidUnit,
            node,
            "`\(field.text)` takes a number of processors, not `\(Self.shortened(text))`",
            help: ["write a decimal number such as `0.5` or `2`"]
        )
        return nil
    }

    private mutating func positive(_ value: CPUCount, _ node: YAMLNode) -> CPUCount? {
        guard value.nanoCPUs > 0 else {
            badValue(.outOfRange, node, "`\(field.text)` must be more than 0")
            return nil
        }
        return value
    }

    /// Octal permission bits, which must stand in quotes: `0444` without them is a number, and not always the same one.
    mutating func fileMode(_ node: YAMLNode) -> FileMode? {
        guard let bytes = bytes(node, "octal permission bits in quotes") else { return nil }
        if isEmptyVariable(node, bytes) { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let mode = FileMode(parsing: text)
        if node.isPlain, !wasExpanded {
            let octal = text.hasPrefix("0o") ? "0" + text.dropFirst(2) : text
            let fixed = FileMode(parsing: octal).map { "\"\($0.text)\"" }
            diagnostics.append(
                Diagnostic(
                    .invalidMode,
                    "`\(field.text)` takes octal digits in quotes, not the number \(Self.shortened(text))",
                    at: node.smallRange,
                    help: [
                        // Only quotes around what stands there are sure to be meant.
                        fixed.map { mend("write `\($0)`", node, $0, $0 == "\"\(text)\"" ? .safe : .unsafe) }
                            ?? Help("write `\"0400\"`")
                    ]
                )
            )
            return nil
        }
        if mode == nil {
            badValue(
                .invalidMode,
                node,
                "`\(field.text)` takes three or four octal digits, not \"\(Self.shortened(text))\"",
                help: ["write `\"0400\"`"]
            )
        }
        return mode
    }

    mutating func batch(_ node: YAMLNode) -> BatchSize? {
        guard let bytes = bytes(node, "a number or a share such as 25%") else { return nil }
        if isEmptyVariable(node, bytes) { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        if text.hasSuffix("%") {
            if let share = Digits.integer(Bytes(rebasing: bytes.dropLast())), (1...100).contains(share) {
                return .percent(share)
            }
        } else if let count = Digits.integer(bytes), count >= 1, node.isPlain || wasExpanded {
            return .count(count)
        } else if let count = Digits.integer(bytes), count >= 1 {
            diagnostics.append(
                Diagnostic(
                    .quotedNumber,
                    "`\(field.text)` takes a number, not the text \"\(count)\"",
                    at: node.smallRange,
                    help: [mend("remove the quotes", node, text, .safe)]
                )
            )
            return nil
        }
        diagnostics.append(
            Diagnostic(
                .outOfRange,
                "`\(field.text)` takes a number of at least 1 or a share from 1% to 100%, not `\(Self.shortened(text))`",
                at: node.smallRange,
                help: [batchHelp(text, node)]
            )
        )
        return nil
    }

    /// A share written as a part of 1 becomes one in percent.
    private func batchHelp(_ text: String, _ node: YAMLNode) -> Help {
        let isDecimal = text.utf8.allSatisfy { Digits.isDigit($0) || $0 == UInt8(ascii: ".") }
        guard isDecimal, let share = Double(text), share > 0, share <= 1 else {
            return Help("write a number of instances such as `2`, or a share of them such as `25%`")
        }
        let fixed = "\(max(1, Int((share * 100).rounded())))%"
        return mend("write `\(fixed)`", node, fixed)
    }

    /// A port, or a range of ports in one text.
    mutating func portRange(_ node: YAMLNode) -> PortRange? {
        guard let bytes = bytes(node, "a port or a range such as 8080-8090") else { return nil }
        if let port = Digits.integer(bytes), (1...65535).contains(port) { return PortRange(port, port) }
        if isEmptyVariable(node, bytes) { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        if let range = PortText.range(Substring(text)) { return range }
        badPort(node, text)
        return nil
    }

    @inline(never)
    mutating func badPort(_ node: YAMLNode, _ text: String) {
        badValue(
            .invalidPort,
            node,
            "`\(Self.shortened(text))` is no port",
            help: ["ports go from 1 to 65535, and the first of a range is not above the last"]
        )
    }

    /// One port number.
    mutating func port(_ node: YAMLNode) -> Int? {
        guard let bytes = bytes(node, "a port") else { return nil }
        if let port = Digits.integer(bytes), (1...65535).contains(port) { return port }
        if isEmptyVariable(node, bytes) { return nil }
        badPort(node, String(decoding: bytes, as: UTF8.self))
        return nil
    }
}
