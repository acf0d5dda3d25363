import Compose
import Linting
import Manifests
import Planning
import Plans
import Policies
import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// What `explain` says: of a field, of a diagnostic's code, of a word, or of where to start.
enum ExplainView {
    /// Nil when nothing is called so and no field's words hold it.
    static func lines(_ topic: String, _ format: ViewFormat) -> [StyledText]? {
        if let code = code(topic) {
            let rule = LintRule.all.first { $0.code == code }
            return rule.map { RuleView.lines($0, format) } ?? lines(code, format)
        }
        if let entry = Explain.lookup(topic) { return lines(entry, format) }
        // A path is meant as one; a word is looked for everywhere, and then in the words of Compose.
        if !topic.contains("."), let found = search(topic, format) { return found }
        if let found = places(topic, format) { return found }
        // A path with a slip in it is told the right one; what only has its letters is something else.
        return nearest(topic) == nil ? search(topic, format) : nil
    }

    /// Where the end of a path, or what Compose calls so, is found; nil when it is nowhere.
    private static func places(_ topic: String, _ format: ViewFormat) -> [StyledText]? {
        let places = Explain.places(of: topic)
        let shown = Escaping.visible(topic)
        if places.paths.count == 1, let entry = Explain.lookup(places.paths[0]) {
            return ["\(shown, .bold) is \(entry.path, .cyan) here", ""] + lines(entry, format)
        }
        let entries = places.paths.compactMap { path in Explain.lookup(path).map { (path, $0.doc) } }
        if !entries.isEmpty { return ["\("Fields", .bold) that \(shown) may mean"] + glossary(entries, format) }
        return places.destination.map {
            StyledText("\(shown) of Compose has no field here: \($0)").wrapped(to: format.proseWidth, indent: 2)
        }
    }

    /// The fields and codes that have to do with some words, all of them; nil when there are none.
    static func search(_ topic: String, _ format: ViewFormat) -> [StyledText]? {
        let matches = Explain.search(topic)
        let words = topic.lowercased().split(whereSeparator: \.isWhitespace)
        let found = codes.codes.filter { code in
            let text = "\(code.id) \(code.slug) \(code.summary)".lowercased()
            return !words.isEmpty && words.allSatisfy { text.contains($0) }
        }
        return matches.isEmpty && found.isEmpty ? nil : lines(matches, found, topic, format)
    }

    /// The field, kind or code that comes nearest.
    static func nearest(_ topic: String) -> String? {
        var path = topic.split(separator: ".").map(String.init)
        while let last = path.popLast() {
            let parent = path.joined(separator: ".")
            if path.isEmpty {
                return Suggestion.nearest(
                    last,
                    in: Explain.roots.map { $0.name } + codes.codes.flatMap { [$0.id, $0.slug] }
                )
            }
            if let entry = Explain.lookup(parent) {
                return Suggestion.nearest(last, in: entry.fields.map { "\($0.name)" }).map { "\(parent).\($0)" }
            }
        }
        return nil
    }

    /// What there is to explain, and how to go on.
    static func overview(_ format: ViewFormat) -> [StyledText] {
        let kinds = Set(ResourceKind.inOrder.map(\.rawValue))
        var lines: [StyledText] = [StyledText("Kinds of resources", .bold)]
        lines += glossary(Explain.roots.filter { kinds.contains($0.name) }.map { ($0.name, $0.record.doc) }, format)
        lines += ["", StyledText("Around them", .bold)]
        lines += glossary(Explain.roots.filter { !kinds.contains($0.name) }.map { ($0.name, $0.record.doc) }, format)
        lines += ["", StyledText("Go on with", .bold)]
        return lines
            + glossary(
                [
                    ("orchplan explain service", "all fields of a kind"),
                    ("orchplan explain service.update.batch", "one field"),
                    ("orchplan explain job", "every field that has to do with a word"),
                    ("orchplan explain OP2003", "the code of a diagnostic or of a plan's finding"),
                    ("orchplan explain rules", "all rules of lint"),
                ],
                format
            )
    }

    /// Every code, by number: of manifests, of lint rules, and of findings about plans.
    static let codes = DiagnosticCode.Registry([
        DiagnosticCode.yamlCodes, DiagnosticCode.manifestCodes, LintRegistry.codes, DiagnosticCode.policyCodes,
        DiagnosticCode.composeCodes,
        PlanProblem.Code.diagnosticCodes,
        PlanFindingCode.all.map { DiagnosticCode($0.id, $0.slug, $0.summary, remedy: $0.remedy) },
    ])

    private static func code(_ name: String) -> DiagnosticCode? {
        codes.code(named: name.uppercased()) ?? codes.code(named: name.lowercased())
    }

    static func lines(_ code: DiagnosticCode, _ format: ViewFormat) -> [StyledText] {
        ["\(code.id, .bold)  \(code.slug)", ""]
            + StyledText("  \(code.summary)").wrapped(to: format.proseWidth, indent: 2)
            + ["", StyledText("  What to do", .bold)]
            + StyledText("  \(code.remedy)").wrapped(to: format.proseWidth, indent: 2)
    }

    private static func lines(_ entry: Explain.Entry, _ format: ViewFormat) -> [StyledText] {
        let head: StyledText =
            "\(entry.path, .bold)  \("<\(entry.type)>", .cyan)\(entry.isRequired ? "  required" : "")"
        var lines = head.wrapped(to: format.width, indent: 4) + [""]
        lines += StyledText("  \(entry.doc)").wrapped(to: format.proseWidth, indent: 2)
        if let text = entry.defaultText { lines += ["", "  \("default", .dim)  \(text)"] }
        if let text = entry.example { lines += ["", "  \("example", .dim)  \(text)"] }
        guard !entry.fields.isEmpty else { return lines }
        return lines + [""] + ExplainFields(entry.fields).lines(format)
    }

    private static func lines(
        _ matches: [Explain.Match],
        _ codes: [DiagnosticCode],
        _ topic: String,
        _ format: ViewFormat
    ) -> [StyledText] {
        var lines: [StyledText] = []
        if !matches.isEmpty {
            lines.append("\("Fields", .bold) that have to do with \(Escaping.visible(topic))")
            lines += glossary(
                matches.map { match in
                    (
                        match.path,
                        match.doc + (match.words.isEmpty ? "" : " Such as: \(match.words.joined(separator: ", ")).")
                    )
                },
                format
            )
        }
        if !codes.isEmpty {
            if !lines.isEmpty { lines.append("") }
            lines.append("\("Codes", .bold) that have to do with \(Escaping.visible(topic))")
            lines += glossary(codes.map { ("\($0.id)  \($0.slug)", $0.summary) }, format)
        }
        return lines
    }

    /// Names with what they mean beside them, or below them where the line is too short.
    static func glossary(_ entries: [(name: String, meaning: String)], _ format: ViewFormat) -> [StyledText] {
        let widest = entries.map { StyledText($0.name).width }.max() ?? 0
        let isBeside = format.width.map { $0 >= widest + 36 } ?? true
        return entries.flatMap { entry -> [StyledText] in
            let name = StyledText("  \(entry.name)", .cyan)
            guard isBeside else {
                return [name] + StyledText("      \(entry.meaning)").wrapped(to: format.proseWidth, indent: 6)
            }
            return (name.padded(to: widest + 4) + StyledText(entry.meaning))
                .wrapped(to: format.width, indent: widest + 4)
        }
    }
}
