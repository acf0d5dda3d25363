import SourceDiagnostics
import YAMLDocuments

/// Advice that can be followed by an edit, where the text at its place allows one.
extension ManifestDecoder {
    /// Advises to put other text in place of a scalar.
    ///
    /// - Parameter keepsQuotes: Whether text in quotes stays in quotes: for words, not for numbers.
    func mend(
        _ title: String,
        _ node: YAMLNode,
        _ text: String,
        _ applicability: Applicability = .unsafe,
        keepsQuotes: Bool = false
    ) -> Help {
        guard !wasExpanded else { return Help(title, refusal: "the value comes from a variable") }
        guard let file else { return Help(title) }
        do throws(EditRefusal) {
            try YAMLEditor.checkScalar(node, in: file)
        } catch {
            return Help(title, refusal: error.reason)
        }
        let text = keepsQuotes ? Self.quoted(text, like: node) : text
        return Help(title, edits: [TextEdit(node.range, text)], applicability: applicability)
    }

    /// Advises to call a field otherwise.
    func rename(_ title: String, _ key: YAMLNode, _ name: String, in record: YAMLNode) -> Help {
        guard record[name] == nil else { return Help(title, refusal: "`\(name)` is given already") }
        guard let file else { return Help(title) }
        do throws(EditRefusal) {
            try YAMLEditor.checkScalar(key, in: file)
        } catch {
            return Help(title, refusal: error.reason)
        }
        return Help(title, edits: [TextEdit(key.range, Self.quoted(name, like: key))])
    }

    /// Advises to remove the entry of a record.
    func removal(_ title: String, _ node: YAMLNode, of record: YAMLNode) -> Help {
        guard let file, let key = node.keyRange else { return Help(title) }
        do throws(EditRefusal) {
            let name = YAMLStep.key(file.text(in: key))
            return Help(title, edits: [try YAMLEditor(file: file, root: record).remove([name])])
        } catch {
            return Help(title, refusal: error.reason)
        }
    }

    /// Advises to write another word where a range holds nothing but `word`, with quotes or without.
    func correction(_ near: String, of word: String, at range: SourceRange, _ title: String? = nil) -> Help {
        // Of documents laid over each other it is not known here which one the range is in.
        Help(correcting: word, to: near, at: range, in: layer == 0 ? file : nil, title)
    }

    /// Advises to remove an item that a list has twice, word by word.
    func removal(ofRepeated later: String, like earlier: String, of site: borrowing Site) -> [Help] {
        guard let file, let base = site.base, site.overlays.isEmpty else { return [] }
        // One field of an item alone would leave the item, and mean something else.
        guard let earlier = FieldPath.item(around: earlier), let later = FieldPath.item(around: later) else {
            return []
        }
        let (one, other) = (site.range(earlier), site.range(later))
        guard one.end > one.start + 1, file.text(in: one) == file.text(in: other) else { return [] }
        let title = "remove one of them"
        do throws(EditRefusal) {
            return [Help(title, edits: [try YAMLEditor(file: file, root: base).remove(FieldPath.yamlSteps(later))])]
        } catch {
            return [Help(title, refusal: error.reason)]
        }
    }

    /// Advises to write a scalar as the only item of a list.
    mutating func asList(_ node: YAMLNode) -> Help {
        let title = "write `[\(Self.shortened(node.text))]`"
        let text = file?.text(in: node.range) ?? ""
        // Between brackets more letters mean something than outside them.
        guard !node.isPlain || !text.contains(where: { ",[]{}#\n".contains($0) }) else {
            return Help(title, refusal: "it needs quotes inside brackets")
        }
        wasExpanded = false
        return mend(title, node, "[\(text)]")
    }

    /// Advises to write a map with one entry as the text `KEY=VALUE`.
    func asAssignment(_ node: YAMLNode) -> Help {
        let pairs = Array(node.pairs)
        guard pairs.count == 1, let pair = pairs.first, let text = Self.scalarText(pair.value) else {
            return Help("write each entry as an item of its own, `KEY=VALUE`")
        }
        let joined = "\(pair.key.text)=\(text)"
        let title = SecretWords.isName(pair.key.text) ? "write `KEY=VALUE`" : "write `\(Self.shortened(joined))`"
        guard let file, pair.key.isPlain, pair.value.isPlain, !pair.value.isAliased else { return Help(title) }
        let start = Int(node.range.start)
        // In brackets these go as well; without them the map may end behind the line.
        let isFlow = start < file.count && file.bytes[start] == UInt8(ascii: "{")
        let range =
            isFlow
            ? node.range
            : SourceRange(file: node.range.file, start: pair.key.range.start, end: pair.value.range.end)
        // What stands between them is `: ` alone, or more would be lost.
        let between = SourceRange(file: range.file, start: pair.key.range.end, end: pair.value.range.start)
        guard file.text(in: between).allSatisfy({ $0 == ":" || $0 == " " }) else { return Help(title) }
        guard SecretWords.isName(pair.key.text) else { return Help(title, edits: [TextEdit(range, joined)]) }
        // Reports hand out edits as they are, so the value of a secret stays where it is.
        let edges = [(range.start, between.start, pair.key.text), (pair.value.range.end, range.end, "")]
        let around = edges.filter { $0.0 < $0.1 }
            .map { TextEdit(SourceRange(file: range.file, start: $0.0, end: $0.1), $0.2) }
        return Help(title, edits: [around[0], TextEdit(between, "=")] + around.dropFirst())
    }

    /// Advises how to write a list of named things that was given as one name, or as a map by their names.
    mutating func listHelp(_ node: YAMLNode) -> [Help] {
        if node.isScalar { return node.isNull || node.utf8.isEmpty ? [] : [asList(node)] }
        guard node.isMapping else { return [] }
        let key: String? =
            switch field.text {
            case "networks": "network"
            case "dependsOn": "service"
            case "secrets", "configs": "source"
            default: nil
            }
        let pairs = Array(node.pairs)
        guard let key, let first = pairs.first else { return [] }
        if pairs.allSatisfy({ $0.value.isNull }) {
            return [Help("write `\(field.text): [\(pairs.map { $0.key.text }.joined(separator: ", "))]`")]
        }
        return [
            Help("write a list: `\(field.text): [{\(key): \(first.key.text), …}]`, with what stands below it there")
        ]
    }

    private static func scalarText(_ node: YAMLNode) -> String? { node.isScalar && !node.isNull ? node.text : nil }

    private static func quoted(_ text: String, like node: YAMLNode) -> String {
        switch node.style {
        case .singleQuoted: "'\(text)'"
        case .doubleQuoted: "\"\(text)\""
        default: text
        }
    }
}

extension Help {
    /// Advises to write `near` where a range of a file holds nothing but `word`, with quotes or without.
    init(
        correcting word: String,
        to near: String,
        at range: SourceRange?,
        in file: SourceFile?,
        _ title: String? = nil
    ) {
        let title = title ?? "did you mean `\(ManifestDecoder.shortened(near))`?"
        guard let range, let file else {
            self.init(title)
            return
        }
        let text = file.text(in: range)
        // What stands there without quotes already may stay, but at the start; a space between two words ends nothing.
        let isPlain = near.utf8.allSatisfy { byte in
            (byte > 0x2C && byte < 0x7F && byte != 0x3A && byte != 0x60)
                || (byte == 0x20 && near.utf8.first.map(Self.isLetter) ?? false && near.utf8.last != 0x20)
                || (byte == 0x21 && word.utf8.contains(0x21))
        }
        let quotes = ["", "'", "\""].first { text == "\($0)\(word)\($0)" }
        guard let quotes, isPlain else {
            self.init(title, refusal: "the word is a part of a longer text")
            return
        }
        self.init(title, edits: [TextEdit(range, "\(quotes)\(near)\(quotes)")])
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }
}
