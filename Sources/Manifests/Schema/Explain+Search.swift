extension Explain {
    /// A field that a search found.
    package struct Match: Sendable, Hashable {
        /// The path, such as `service.ports[].published`.
        package var path: String
        package var doc: String
        /// Words that the field takes and that were searched for.
        package var words: [String]
    }

    /// The fields, of kinds, metadata and project file, of whose name, words and meaning every given word is a part.
    ///
    /// In the order of the reference.
    package static func search(_ text: String) -> [Match] {
        let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        guard !words.isEmpty else { return [] }
        var matches: [Match] = []
        for root in roots where root.name != "manifest" { collect(root.record, at: root.name, words, into: &matches) }
        return matches
    }

    private static func collect(_ record: RecordInfo, at path: String, _ words: [String], into matches: inout [Match]) {
        for field in record.fields {
            let place = "\(path).\(field.name.text)"
            let choices = field.type.words
            let text = ([field.name.text, field.doc] + choices).joined(separator: "\n").lowercased()
            if words.allSatisfy({ text.contains($0) }) {
                let taken = choices.filter { choice in words.contains { choice.lowercased().contains($0) } }
                matches.append(Match(path: place, doc: field.doc, words: taken))
            }
            if let inner = field.type.record { collect(inner, at: place + field.type.steps, words, into: &matches) }
        }
    }
}

extension FieldType {
    /// The words of the closed sets that a field takes.
    fileprivate var words: [String] {
        switch self {
        case .choice(let words): words
        case .list(let inner), .map(let inner): inner.words
        case .entries(let names, let inner): names + inner.words
        case .anyOf(let types): types.flatMap(\.words)
        default: []
        }
    }
}
