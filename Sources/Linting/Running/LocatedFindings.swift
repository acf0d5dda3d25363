import Manifests
import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// Turns findings into diagnostics: finds the places that they are about.
struct LocatedFindings {
    let result: CompileResult

    func diagnostics(_ findings: [RuleFinding]) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        diagnostics.reserveCapacity(findings.count)
        var rest = findings[...]
        // A resource's findings stand together, so its document is read once for all of them.
        while let first = rest.first {
            let same = rest.prefix { $0.address == first.address }
            rest = rest.dropFirst(same.count)
            let fields = same.compactMap(\.finding.field)
            var ranges = (fields.isEmpty ? [] : result.fieldRanges(first.address, fields) ?? [])[...]
            let name = result.place(of: first.address)?.name
            let editor = same.contains { $0.finding.fix != nil } ? editor(of: first.address) : nil
            for found in same {
                let range = found.finding.field == nil ? name : ranges.popFirst() ?? name
                diagnostics.append(diagnostic(found, at: range, editor))
            }
        }
        return diagnostics
    }

    private func diagnostic(
        _ found: RuleFinding,
        at range: SourceRange?,
        _ editor: Result<ResourceEditor, EditRefusal>?
    ) -> Diagnostic {
        Diagnostic(
            found.rule.code,
            severity: found.severity,
            found.finding.message,
            at: range.map { Label($0, isSensitive: found.finding.isSensitive) },
            secondary: found.finding.related.flatMap(label).map { [$0] } ?? [],
            help: found.finding.help.map { [help($0, found, editor)] } ?? []
        )
    }

    private func editor(of address: ResourceAddress) -> Result<ResourceEditor, EditRefusal> {
        Result { () throws(EditRefusal) in try result.editor(of: address) }
    }

    private func help(_ text: String, _ found: RuleFinding, _ editor: Result<ResourceEditor, EditRefusal>?) -> Help {
        guard let fix = found.finding.fix, let editor else { return Help(text) }
        do throws(EditRefusal) {
            let edits = try editor.get().edits(fix.changes)
            return Help(text, edits: edits, applicability: fix.applicability)
        } catch {
            return Help(text, refusal: error.reason)
        }
    }

    private func label(_ relation: LintRelation) -> Label? {
        let range =
            relation.field.flatMap { result.fieldRange(relation.address, $0) }
            ?? result.place(of: relation.address)?.name
        return range.map { Label($0, relation.text) }
    }
}
