import SourceDiagnostics
import YAMLDocuments

/// What is wrong with a node, in words.
extension ManifestDecoder {
    @inline(never)
    mutating func report(
        _ code: DiagnosticCode,
        _ message: String,
        at range: SourceRange,
        severity: Severity = .error,
        secondary: [Label] = [],
        notes: [String] = [],
        help: [String] = []
    ) {
        let help = help.map { Help($0) }
        report(code, message, at: range, severity: severity, secondary: secondary, notes: notes, mending: help)
    }

    @inline(never)
    mutating func report(
        _ code: DiagnosticCode,
        _ message: String,
        at range: SourceRange,
        severity: Severity = .error,
        secondary: [Label] = [],
        notes: [String] = [],
        mending help: [Help]
    ) {
        diagnostics.append(
            Diagnostic(
                code,
                severity: severity,
                message,
                at: range,
                secondary: secondary,
                notes: notes,
                help: help
            )
        )
    }

    /// Takes back faults of values whose bytes or braces were reported already: one cause, one error.
    mutating func withdraw(from start: Int, because said: [Diagnostic]) {
        let causes = said.filter { [.yamlTemplate, .yamlControlCharacter, .yamlEncoding].contains($0.code) }
            .compactMap(\.primary?.range)
        guard !causes.isEmpty, let file else { return }
        let results: [DiagnosticCode] = [.wrongType, .oneOf, .invalidText, .invalidName]
        let kept = diagnostics[start...]
            .filter { fault in
                guard results.contains(fault.code), let range = fault.primary?.range else { return true }
                return !causes.contains { cause in
                    guard cause.file == range.file else { return false }
                    if range.start <= cause.start, cause.start < range.end { return true }
                    // The wrong type of a map is marked at its key, in front of it on the same line.
                    guard [.wrongType, .oneOf].contains(fault.code), range.end <= cause.start,
                        Int(cause.start) <= file.count
                    else {
                        return false
                    }
                    return file.bytes[Int(range.end)..<Int(cause.start)].allSatisfy { $0 == 0x20 || $0 == 0x3A }
                }
            }
        diagnostics.replaceSubrange(start..., with: kept)
    }

    /// Says that a node is of the wrong sort.
    @inline(never)
    mutating func wrongType(_ node: YAMLNode, expected: String, help: [Help] = []) {
        diagnostics.append(
            Diagnostic(
                .wrongType,
                "`\(field.text)` takes \(expected), not \(Self.describe(node))",
                at: node.smallRange,
                help: help
            )
        )
    }

    /// Says that a scalar cannot be read as what the field takes.
    @inline(never)
    mutating func badValue(_ code: DiagnosticCode, _ node: YAMLNode, _ message: String, help: [String] = []) {
        report(code, message, at: node.smallRange, help: help)
    }

    @inline(never)
    mutating func reportNull(_ node: YAMLNode, of record: YAMLNode? = nil) {
        let advice = "give it a value or remove the line"
        let key = node.keyRange.flatMap { file?.text(in: $0) }?.drop { "'\"".contains($0) }
        let name = key.map { Self.shortened(String($0.prefix { $0 != "'" && $0 != "\"" })) }
        diagnostics.append(
            Diagnostic(
                .nullValue,
                name.map { "`\($0)` has no value" } ?? "an entry of `\(field.text)` has no value",
                at: node.keyRange ?? node.smallRange,
                help: [record.map { removal(advice, node, of: $0) } ?? Help(advice)]
            )
        )
    }

    @inline(never)
    mutating func reportUnknown(_ key: YAMLNode, of record: YAMLNode, in info: RecordInfo) {
        let name = key.text
        let known = info.fields.map(\.name.text)
        if name.hasPrefix("x-") {
            report(.unknownField, "unknown field `\(name)` in \(info.title)", at: key.range, help: ["use annotations"])
            return
        }
        if info.title == "Secret", ["value", "data", "stringData", "content"].contains(name) {
            report(
                .unknownField,
                "unknown field `\(name)` in Secret: the bytes of a secret never stand in a manifest",
                at: key.range,
                help: ["put them into a `file`, an `environment` variable or an `age` file"]
            )
            return
        }
        let foreign = ForeignNames.replacement(for: name, in: known)
        if let place = ForeignNames.destination(of: name, in: info.title) {
            report(.unknownField, "unknown field `\(name)` in \(info.title)", at: key.range, help: [place])
        } else if let foreign {
            diagnostics.append(
                Diagnostic(
                    .unknownField,
                    "unknown field `\(name)` in \(info.title)",
                    at: key.range,
                    help: [rename("it is called `\(foreign)` here", key, foreign, in: record)]
                )
            )
        } else if let near = Suggestion.nearest(name, in: known) {
            diagnostics.append(
                Diagnostic(
                    .unknownField,
                    "unknown field `\(name)` in \(info.title)",
                    at: key.range,
                    help: [rename("did you mean `\(near)`?", key, near, in: record)]
                )
            )
        } else {
            report(
                .unknownField,
                "unknown field `\(name)` in \(info.title)",
                at: key.range,
                notes: ["known: " + known.joined(separator: ", ")]
            )
        }
    }

    /// What a node is, with its text where that is short.
    static func describe(_ node: YAMLNode) -> String {
        switch node.kind {
        case .sequence: return "a list"
        case .mapping: return "a map"
        case .scalar:
            if node.isNull { return "null" }
            return "`\(shortened(node.text))`"
        }
    }

    static func shortened(_ text: String) -> String {
        text.unicodeScalars.count > 60 ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))) + "…" : text
    }
}

extension YAMLNode {
    /// What to mark when the node itself is wrong: a scalar whole, of a collection only its key or its first byte.
    var smallRange: SourceRange {
        if isScalar, !range.isEmpty { return isAliased ? useRange : range }
        if let keyRange { return keyRange }
        let range = isAliased ? useRange : range
        return SourceRange(file: range.file, start: range.start, end: min(range.end, range.start + 1))
    }
}
