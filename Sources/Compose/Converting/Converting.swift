import ResourceModel
import SourceDiagnostics

/// What reads values of a Compose file and says what is wrong with them.
protocol Converting {
    var log: ConversionLog { get set }
    /// What is being converted: `service/web`.
    var owner: String { get }
    /// Values of variables that are known.
    var values: [String: String] { get }
}

/// The values of scalars, as manifests write them.
extension Converting {
    /// A scalar; everything else is an error.
    mutating func text(_ node: ComposeNode, _ key: String) -> String? {
        if let text = node.text { return text }
        wrongType(node, key, "text")
        return nil
    }

    mutating func wrongType(_ node: ComposeNode, _ key: String, _ expected: String) {
        log.error(.composeValue, "`\(key)` takes \(expected), not \(node.described)", at: node.range)
    }

    /// A list of scalars, or one alone.
    mutating func texts(_ node: ComposeNode, _ key: String) -> [(String, SourceRange)] {
        if let text = node.text { return [(text, node.range)] }
        guard let items = node.items else {
            if !node.isNull { wrongType(node, key, "a list") }
            return []
        }
        return items.compactMap { item in
            if item.isNull { return nil }
            return text(item, key).map { ($0, item.range) }
        }
    }

    /// A number, a duration, a bool: converted where it is known, and left where it is a variable.
    ///
    /// - Parameter differs: How values of the variable have to be written, where manifests write them otherwise.
    mutating func typed(
        _ node: ComposeNode,
        _ key: String,
        _ example: String,
        differs: String? = nil,
        _ convert: (String) -> String?
    ) -> ManifestValue? {
        guard let text = text(node, key) else { return nil }
        guard VariableText.hasVariable(text) else {
            if let converted = convert(text) { return .plain(converted) }
            log.error(
                .composeValue,
                "`\(key)` cannot be `\(ComposeNode.shortened(text))`",
                at: node.range,
                help: ["write it as \(example)"]
            )
            return nil
        }
        var result = text
        if var mention = VariableText.only(text), mention.mark.hasSuffix("-"), let word = convert(mention.word) {
            mention.word = word
            result = VariableText.written(mention)
        }
        if let differs, let name = VariableText.mentions(text).first?.name {
            log.changed(key, of: owner, at: node.range, "values of `\(name)` are written as \(differs) from now on")
        }
        return .plain(result)
    }

    mutating func duration(_ node: ComposeNode, _ key: String) -> ManifestValue? {
        typed(node, key, "`10s` or `1m30s`", ComposeUnits.duration)
    }

    mutating func size(_ node: ComposeNode, _ key: String) -> ManifestValue? {
        typed(node, key, "`512M`", differs: "`512MiB`") { ComposeUnits.size($0)?.text }
    }

    mutating func integer(_ node: ComposeNode, _ key: String) -> ManifestValue? {
        typed(node, key, "a number") { Int($0).map(String.init) }
    }

    mutating func bool(_ node: ComposeNode, _ key: String) -> ManifestValue? {
        typed(node, key, "`true` or `false`") { ComposeUnits.bool($0).map { $0 ? "true" : "false" } }
    }

    /// One of a few words; a variable is put in, as manifests have other words.
    mutating func word(_ node: ComposeNode, _ key: String, _ words: [(String, String)]) -> String? {
        guard let text = text(node, key) else { return nil }
        guard let resolved = VariableText.resolved(text, values) else {
            let names = VariableText.mentions(text).map(\.name)
            log.error(
                .unconvertible,
                "`\(key)` is the value of `\(names.first ?? text)`, and manifests have other words for it",
                at: node.range,
                help: ["say what it is: `--var \(names.first ?? "NAME")=\(words.first?.0 ?? "VALUE")`"]
            )
            return nil
        }
        if resolved != text { log.changed(key, of: owner, at: node.range, "its variable became `\(resolved)`") }
        if let found = words.first(where: { $0.0 == resolved }) { return found.1 }
        let near = Suggestion.nearest(resolved, in: words.map(\.0))
        log.error(
            .composeValue,
            "`\(key)` cannot be `\(ComposeNode.shortened(resolved))`",
            at: node.range,
            help: near.map { ["did you mean `\($0)`?"] } ?? [],
            notes: near == nil ? ["known: " + words.map(\.0).joined(separator: ", ")] : []
        )
        return nil
    }

    /// A map of text to text, or a list of `KEY=VALUE`; a null value is `null` where that means something.
    mutating func map(
        _ node: ComposeNode,
        _ key: String,
        keepsNull: Bool = false,
        _ layout: ManifestValue.Layout = .block
    ) -> ManifestValue? {
        if let items = node.items, items.contains(where: { hasVariableKey($0.text ?? "") }) {
            // Keys of maps hold no variables, but those of lists do.
            return .list(texts(node, key).map { ManifestItem(.text($0.0), $0.1) }, .block)
        }
        guard let entries = node.asMap(separator: "=").entries else {
            if !node.isNull { wrongType(node, key, "a map") }
            return nil
        }
        var known: [String: Int] = [:]
        var result: [ManifestEntry] = []
        for entry in entries {
            if entry.value.items != nil || entry.value.entries != nil {
                wrongType(entry.value, "\(key).\(entry.key)", "text")
                continue
            }
            let value: ManifestValue =
                entry.value.text.map { .text($0) } ?? (keepsNull ? .null : .text(""))
            let written = ManifestEntry(entry.key, value, entry.value.text == nil ? entry.keyRange : entry.value.range)
            if let index = known[entry.key] {
                result[index] = written
            } else {
                known[entry.key] = result.count
                result.append(written)
            }
        }
        return .map(result, layout)
    }

    private func hasVariableKey(_ text: String) -> Bool {
        let key = VariableText.split(text, at: "=")[0]
        return VariableText.hasVariable(key) || key.contains("$$")
    }

    /// A map whose keys are known one by one.
    mutating func record(
        _ entry: ComposeEntry,
        _ title: String,
        _ known: [String],
        omitted: [String: OmittedKeys.Reason] = [:],
        _ body: (inout Self, ComposeEntry) -> Void
    ) {
        guard let entries = entry.value.entries else {
            if !entry.value.isNull { wrongType(entry.value, entry.key, "a map") }
            return
        }
        for field in entries {
            if known.contains(field.key) {
                if !field.value.isNull { body(&self, field) }
            } else if let reason = omitted[field.key] {
                let what = "\(title).\(field.key)"
                log.leftOut(what, of: owner, at: field.keyRange, because: reason.text, help: reason.help)
            } else if field.key.hasPrefix("x-") {
                log.leftOut(field.key, of: owner, at: field.keyRange, because: "it is an extension of other tools")
            } else {
                log.unknown(field, in: "`\(title)`", known + omitted.keys.sorted())
            }
        }
    }
}

extension ServiceConverter: Converting {
    var values: [String: String] { stack.request.values }
}
