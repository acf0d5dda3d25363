import ResourceModel
import SourceDiagnostics

/// Advice of diagnostics as edits.
extension LanguageServer {
    func codeActions(_ document: OpenDocument, _ parameters: CanonicalValue) -> CanonicalValue {
        guard client.hasActionLiterals, checkedGeneration == generation, let path = document.path,
            let wanted = parameters["range"].flatMap({ document.file.byteRange($0, client.encoding) })
        else { return .array([]) }
        let only = parameters["context", "only"]?.texts
        func isWanted(_ kind: String) -> Bool {
            only?.contains { kind == $0 || kind.hasPrefix($0 + ".") } ?? true
        }
        let findings = findings(in: path)[path] ?? []
        var actions: [CanonicalValue] = []
        if isWanted("quickfix") {
            for finding in findings {
                guard let place = finding.diagnostic.primary?.range, Int(place.start) <= wanted.upperBound,
                    wanted.lowerBound <= Int(place.end)
                else { continue }
                actions += quickFixes(finding)
            }
        }
        if only != nil, isWanted("source.fixAll.orchplan"), let all = fixAll(findings) { actions.append(all) }
        return .array(actions)
    }

    private func quickFixes(_ finding: Finding) -> [CanonicalValue] {
        let fixes = SuggestedFix.all(finding.diagnostic, in: finding.file)
        return fixes.compactMap { fix in
            guard let edit = workspaceEdit([fix], checked[finding.part]) else { return nil }
            return JSON.object([
                "title": .string(Escaping.visible(fix.title)), "kind": .string("quickfix"),
                "diagnostics": .array([finding.json]), "isPreferred": .bool(fix.isSafe || fixes.count == 1),
                "edit": edit,
            ])
        }
    }

    /// All that can be mended without asking; of fixes that touch each other the first.
    private func fixAll(_ findings: [Finding]) -> CanonicalValue? {
        var fixes: [SuggestedFix] = []
        for finding in findings {
            for fix in SuggestedFix.all(finding.diagnostic, in: finding.file).prefix(1) where fix.isSafe {
                if !fixes.contains(where: { $0.overlaps(fix) }) { fixes.append(fix) }
            }
        }
        guard !fixes.isEmpty, let part = findings.first?.part,
            let edit = workspaceEdit(fixes, checked[part])
        else { return nil }
        return JSON.object([
            "title": .string("fix all that is safe to fix"), "kind": .string("source.fixAll.orchplan"), "edit": edit,
        ])
    }

    /// The edits of fixes by file; nil when one of the files is not known.
    private func workspaceEdit(_ fixes: [SuggestedFix], _ part: CheckedPart) -> CanonicalValue? {
        var changes: [String: [CanonicalValue]] = [:]
        for edit in fixes.flatMap(\.edits) {
            guard let file = part.sources[edit.range.file] else { return nil }
            let path = part.path(file)
            let uri = documents.values.first { $0.path == path }?.uri ?? FileURI.uri(path)
            changes[uri, default: []]
                .append(
                    JSON.object([
                        "range": file.range(edit.range, client.encoding), "newText": .string(edit.replacement),
                    ])
                )
        }
        let members = changes.sorted { $0.key < $1.key }.map { CanonicalMember(key: $0.key, value: .array($0.value)) }
        return JSON.object(["changes": .object(members)])
    }
}

/// A piece of advice that can be followed by edits.
struct SuggestedFix: Sendable, Hashable {
    var title: String
    var edits: [TextEdit]
    /// Whether it may be applied without asking.
    var isSafe: Bool

    /// The fixes of a diagnostic, the best one first.
    ///
    /// Edits that leave something to be filled in are advice to read and are left out. A suggestion of another word that
    /// comes without edits is an edit of the word that the message names, where the marked text holds it once.
    static func all(_ diagnostic: Diagnostic, in file: SourceFile) -> [SuggestedFix] {
        diagnostic.help.compactMap { help in
            guard help.applicability == .safe || help.applicability == .unsafe else { return nil }
            let edits = help.edits.isEmpty ? renaming(diagnostic, help, file) : help.edits
            guard !edits.isEmpty else { return nil }
            return SuggestedFix(
                title: title(help.text, edits),
                edits: edits,
                isSafe: help.applicability == .safe
            )
        }
    }

    func overlaps(_ other: SuggestedFix) -> Bool {
        edits.contains { one in
            other.edits.contains { other in
                one.range.file == other.range.file && one.range.start <= other.range.end
                    && other.range.start <= one.range.end
            }
        }
    }

    /// A question is no title of an action.
    private static func title(_ text: String, _ edits: [TextEdit]) -> String {
        guard text.hasPrefix("did you mean"), let word = quoted(text) else { return text }
        return "change to `\(word)`"
    }

    private static func renaming(_ diagnostic: Diagnostic, _ help: Help, _ file: SourceFile) -> [TextEdit] {
        guard help.text.hasPrefix("did you mean `"), let new = quoted(help.text), let old = quoted(diagnostic.message),
            let place = diagnostic.primary?.range, Int(place.end) <= file.count
        else { return [] }
        let wanted = Array(old.utf8)
        let marked = file.bytes[Int(place.start)..<Int(place.end)]
        guard !wanted.isEmpty, marked.count >= wanted.count else { return [] }
        let starts = (marked.startIndex...(marked.endIndex - wanted.count))
            .filter { marked[$0..<($0 + wanted.count)].elementsEqual(wanted) }
        guard let start = starts.first, starts.count == 1 else { return [] }
        let range = SourceRange(file: place.file, start: UInt32(start), end: UInt32(start + wanted.count))
        return [TextEdit(range, new)]
    }

    /// The first word in backquotes.
    private static func quoted(_ text: String) -> String? {
        let parts = text.split(separator: "`", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? String(parts[1]) : nil
    }
}
