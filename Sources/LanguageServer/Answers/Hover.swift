import Manifests
import ResourceModel
import SourceDiagnostics

/// What is shown of the word under the cursor.
extension LanguageServer {
    func hover(_ cursor: Cursor) -> CanonicalValue {
        let prose = Prose(isMarkdown: client.showsMarkdown)
        var parts: [String] = []
        var range: Range<Int>?
        if let spot = cursor.spot, spot.role != .comment, !spot.written.isEmpty {
            range = spot.written
            if let text = text(spot, cursor, prose) { parts.append(text) }
        }
        let explained = codes(at: cursor)
        if let first = explained.first, range == nil { range = first.range }
        parts += explained.map { prose.code($0.code) }
        guard !parts.isEmpty else { return .null }
        let separator = prose.isMarkdown ? "\n\n---\n\n" : "\n\n"
        return JSON.object([
            "contents": JSON.object([
                "kind": .string(prose.isMarkdown ? "markdown" : "plaintext"),
                "value": .string(parts.joined(separator: separator)),
            ]),
            "range": range.map { cursor.document.file.range($0, client.encoding) },
        ])
    }

    private func text(_ spot: Spot, _ cursor: Cursor, _ prose: Prose) -> String? {
        let outline = cursor.outline
        guard let node = spot.role == .key ? spot.own : spot.node else { return nil }
        let path = outline.path(node)
        if spot.role == .value, let reference = outline.reference(node, cursor.vocabulary) {
            let place =
                declaration(of: reference.address, cursor).map { " of \($0.shown)" } ?? ", which nothing declares"
            let kind = reference.address.kind
            return prose.bold("\(kind.manifestName) \(reference.address.name)") + place + "\n\n"
                + Explain.record(of: kind).doc
        }
        if spot.role == .value, path == [.key("kind")], let kind = outline.kind {
            return prose.record(Explain.record(of: kind))
        }
        if let rule = rule(path, outline, node, cursor) { return prose.code(rule) }
        return cursor.vocabulary.field(path).map { prose.field($0, cursor.vocabulary.name(path)) }
    }

    /// The codes of what is wrong under the cursor, while the text is as it was checked.
    private func codes(at cursor: Cursor) -> [(code: DiagnosticCode, range: Range<Int>)] {
        guard checkedGeneration == generation, let path = cursor.document.path else { return [] }
        var seen: Set<DiagnosticCode> = []
        return (findings(in: path)[path] ?? [])
            .compactMap { finding in
                guard let place = finding.diagnostic.primary?.range, Int(place.start) <= cursor.offset,
                    cursor.offset <= Int(place.end), seen.insert(finding.diagnostic.code).inserted
                else { return nil }
                return (finding.diagnostic.code, Int(place.start)..<Int(place.end))
            }
    }
}
