import Linting
import ResourceModel
import SourceDiagnostics

/// Names of lint rules, in the project file and in comments that silence them.
extension LanguageServer {
    static let rulesPath: [OutlineStep] = [.key("lint"), .key("rules")]

    /// The rule that the project file sets at a path.
    func rule(_ path: [OutlineStep], _ outline: Outline, _ node: Int, _ cursor: Cursor) -> DiagnosticCode? {
        guard cursor.vocabulary.root == .project, path.count == 3, Array(path.prefix(2)) == Self.rulesPath,
            let name = outline.keyText(node)
        else { return nil }
        return LintRegistry.codes.first { $0.isNamed(name) }
    }

    func ruleKeys(_ spot: Spot, _ taken: Set<String>, _ cursor: Cursor) -> [CanonicalValue] {
        LintRegistry.codes.filter { !taken.contains($0.slug) }.enumerated()
            .map { index, code in json(item(code, index, suffix: spot.hasColon ? "" : ": "), spot, cursor) }
    }

    /// Names of rules behind `# orchplan: ignore=`.
    func suppressions(_ spot: Spot, _ cursor: Cursor) -> [CanonicalValue] {
        let file = cursor.document.file
        let before = file.text(in: spot.written.lowerBound..<cursor.offset)
        guard before.hasPrefix("# orchplan: "), before.contains("ignore"), let equals = before.lastIndex(of: "="),
            !before[equals...].contains(" ")
        else { return [] }
        let word = before[before.index(after: equals)...].split(separator: ",", omittingEmptySubsequences: false).last
        var place = spot
        place.written = (cursor.offset - (word?.utf8.count ?? 0))..<cursor.offset
        return LintRegistry.codes.enumerated().map { json(item($1, $0, suffix: ""), place, cursor) }
    }

    private func item(_ code: DiagnosticCode, _ rank: Int, suffix: String) -> Item {
        Item(
            label: code.slug,
            kind: .reference,
            detail: code.id,
            documentation: Prose(isMarkdown: client.documentsMarkdown).code(code),
            text: code.slug + suffix,
            rank: rank
        )
    }
}
