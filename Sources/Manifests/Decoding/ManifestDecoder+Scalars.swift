import Glibc
import ResourceModel
import SourceDiagnostics
import YAMLDocuments

typealias Bytes = UnsafeBufferPointer<UInt8>

/// Scalars: text until a field asks for a type.
extension ManifestDecoder {
    /// The bytes of a scalar after interpolation; nil, and a diagnostic, for everything else.
    @inline(__always)
    mutating func bytes(_ node: YAMLNode, _ expected: @autoclosure () -> String) -> Bytes? {
        wasExpanded = false
        guard node.isScalar, !node.isNull, node.tag == .none || tagAgrees(node) else {
            if node.isScalar, node.isNull {
                reportNull(node)
            } else if !node.isScalar {
                wrongType(node, expected: expected())
            }
            return nil
        }
        return interpolates ? expanded(node) : node.utf8
    }

    /// The text of a scalar; any scalar without a NUL is one.
    mutating func text(_ node: YAMLNode) -> String? {
        guard let bytes = bytes(node, "text"), !holdsNUL(bytes, node) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text exactly as written, with nothing put in: sources of secrets.
    mutating func rawText(_ node: YAMLNode) -> String? {
        let before = interpolates
        interpolates = false
        defer { interpolates = before }
        return text(node)
    }

    /// A text of a format.
    mutating func text(_ node: YAMLNode, _ format: TextFormat) -> String? {
        guard let bytes = bytes(node, format.text), !holdsNUL(bytes, node) else { return nil }
        let fault: FormatFault? =
            switch format {
            case .image: ImageReference.fault(bytes)
            case .absolutePath: PathRules.absoluteFault(bytes)
            case .address: IPAddress.fault(bytes)
            case .user: ProcessTexts.userFault(bytes)
            case .owner: ProcessTexts.ownerFault(bytes)
            case .portName: ProcessTexts.portNameFault(bytes)
            case .host: ProcessTexts.hostFault(bytes)
            default: nil
            }
        if let fault {
            badValue(
                fault.code,
                node,
                fault.message(Self.shortened(String(decoding: bytes, as: UTF8.self))),
                help: fault.help
            )
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @inline(__always)
    mutating func holdsNUL(_ bytes: Bytes, _ node: YAMLNode) -> Bool {
        guard let base = bytes.baseAddress, memchr(base, 0, bytes.count) != nil else { return false }
        badValue(.invalidText, node, "`\(field.text)` holds a NUL character, which no process can be given")
        return true
    }

    mutating func bool(_ node: YAMLNode) -> Bool? {
        guard let bytes = bytes(node, "true or false") else { return nil }
        if node.isBare || wasExpanded {
            if equal(bytes, "true") { return true }
            if equal(bytes, "false") { return false }
        }
        if isEmptyVariable(node, bytes) { return nil }
        let word = String(decoding: bytes, as: UTF8.self)
        if word == "true" || word == "false" {
            diagnostics.append(
                Diagnostic(
                    .invalidBool,
                    "`\(field.text)` takes true or false, not the text \"\(word)\"",
                    at: node.smallRange,
                    help: [unquoting(node, word)]
                )
            )
            return nil
        }
        let meant: String? =
            switch word.lowercased() {
            case "true", "yes", "on", "y", "1": "true"
            case "false", "no", "off", "n", "0": "false"
            default: nil
            }
        diagnostics.append(
            Diagnostic(
                .invalidBool,
                "`\(field.text)` takes true or false, not `\(Self.shortened(word))`",
                at: node.smallRange,
                help: [
                    meant.map { mend("write `\($0)`", node, $0) } ?? Help("write `true` or `false`")
                ]
            )
        )
        return nil
    }

    /// A decimal integer without quotes.
    mutating func integer(_ node: YAMLNode, in range: ClosedRange<Int>) -> Int? {
        guard let bytes = bytes(node, "an integer") else { return nil }
        guard node.isBare || wasExpanded || node.tag == .int else {
            quoted(node, bytes)
            return nil
        }
        if let value = Digits.integer(bytes) {
            if range.contains(value) { return value }
            outOfRange(node, bytes, FieldType.integer(range).text)
            return nil
        }
        if isEmptyVariable(node, bytes) { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        if Digits.isDecimal(bytes) {
            outOfRange(node, bytes, FieldType.integer(range).text)
        } else {
            diagnostics.append(
                Diagnostic(
                    .invalidNumber,
                    "`\(field.text)` takes a decimal integer, not `\(Self.shortened(text))`",
                    at: node.smallRange,
                    help: Digits.decimal(of: text).map { [mend("write `\($0)`", node, $0)] } ?? []
                )
            )
        }
        return nil
    }

    /// A finite number.
    mutating func number(_ node: YAMLNode, in range: ClosedRange<Double>) -> Double? {
        guard let bytes = bytes(node, "a number") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard node.isBare || wasExpanded || node.tag == .float || node.tag == .int else {
            quoted(node, bytes)
            return nil
        }
        if isEmptyVariable(node, bytes) { return nil }
        guard Digits.isNumber(bytes), let value = Double(text), value.isFinite else {
            let share = text.hasSuffix("%") && range == 0...1 ? Int(text.dropLast()) : nil
            diagnostics.append(
                Diagnostic(
                    .invalidNumber,
                    "`\(field.text)` takes a number, not `\(Self.shortened(text))`",
                    at: node.smallRange,
                    help: share.map { [mend("write `\(Double($0) / 100)`", node, "\(Double($0) / 100)")] } ?? []
                )
            )
            return nil
        }
        guard range.contains(value) else {
            outOfRange(node, bytes, FieldType.number(range).text)
            return nil
        }
        return value
    }

    @inline(never)
    private mutating func quoted(_ node: YAMLNode, _ bytes: Bytes) {
        let text = String(decoding: bytes, as: UTF8.self)
        diagnostics.append(
            Diagnostic(
                .quotedNumber,
                "`\(field.text)` takes a number, not the text \"\(Self.shortened(text))\"",
                at: node.smallRange,
                help: Digits.isNumber(bytes) ? [unquoting(node, text)] : []
            )
        )
    }

    /// How to make what it says of a text.
    private func unquoting(_ node: YAMLNode, _ text: String) -> Help {
        node.isPlain ? Help("remove the tag `!!str`") : mend("remove the quotes", node, text, .safe)
    }

    @inline(never)
    mutating func outOfRange(_ node: YAMLNode, _ bytes: Bytes, _ range: String) {
        let text = Self.shortened(String(decoding: bytes, as: UTF8.self))
        badValue(.outOfRange, node, "`\(field.text)` cannot be \(text)", help: ["it takes: \(range)"])
    }

    /// One word of a closed set, spelled exactly.
    mutating func choice<Choice: CanonicalEnum>(_ node: YAMLNode, _ type: Choice.Type) -> Choice? {
        guard let bytes = bytes(node, "one of a few words") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        if let value = Choice(rawValue: text) { return value }
        if isEmptyVariable(node, bytes) { return nil }
        unknownWord(node, text, Choice.allCases.map(\.rawValue))
        return nil
    }

    @inline(never)
    mutating func unknownWord(_ node: YAMLNode, _ text: String, _ words: [String]) {
        let squeezed = text.filter { $0 != "-" && $0 != "_" }
        let near =
            ForeignNames.word(for: text, in: words) ?? Suggestion.nearest(squeezed, in: words)
            ?? (words.contains(squeezed) ? squeezed : nil)
        diagnostics.append(
            Diagnostic(
                .unknownValue,
                "`\(field.text)` cannot be `\(Self.shortened(text))`",
                at: node.smallRange,
                notes: ["allowed: " + words.joined(separator: ", ")],
                help: near.map { [mend("did you mean `\($0)`?", node, $0, keepsQuotes: true)] } ?? []
            )
        )
    }

    /// Whether an explicit core tag fits the text; a diagnostic says when it does not.
    @inline(never)
    private mutating func tagAgrees(_ node: YAMLNode) -> Bool {
        let agrees: Bool
        switch node.tag {
        case .none, .str: agrees = true
        case .int: agrees = Digits.integer(node.utf8) != nil
        case .float: agrees = Digits.isNumber(node.utf8)
        case .bool: agrees = equal(node.utf8, "true") || equal(node.utf8, "false")
        case .null, .map, .seq: agrees = false
        }
        if !agrees {
            badValue(.wrongType, node, "the tag of `\(field.text)` does not fit \(Self.describe(node))")
        }
        return agrees
    }
}

extension YAMLNode {
    /// Whether it may be a number or a truth value: neither quoted nor tagged as text.
    @inline(__always)
    fileprivate var isBare: Bool { isPlain && tag != .str }
}

/// Whether bytes spell a word.
@inline(__always)
func equal(_ bytes: Bytes, _ word: StaticString) -> Bool {
    guard bytes.count == word.utf8CodeUnitCount else { return false }
    let start = word.utf8Start
    for index in 0..<bytes.count where bytes[index] != start[index] { return false }
    return true
}
