import Manifests
import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// Turns findings into diagnostics: finds the places that they are about.
struct LocatedFindings {
    let result: CompileResult
    /// The rules that findings name by their index.
    let rules: [ActiveRule]
    /// What rules see of these may not be what was meant, so that their fixes could take away what is right.
    private let misread: Set<ResourceAddress>

    init(result: CompileResult, rules: [ActiveRule]) {
        self.result = result
        self.rules = rules
        misread = result.misread
    }

    func diagnostics(_ findings: [RuleFinding]) -> [Diagnostic] {
        let places = places(findings)
        var diagnostics: [Diagnostic] = []
        diagnostics.reserveCapacity(findings.count)
        var editors = EditorOfLast(result: result)
        for (index, found) in findings.enumerated() {
            diagnostics.append(diagnostic(found, places[index], &editors))
        }
        return diagnostics
    }

    /// Where a finding is, and where what explains it is.
    private struct Places {
        var range: SourceRange?
        var related: SourceRange?
    }

    /// A field that somebody asks for: the finding's own or the one that explains it.
    private struct Question {
        var field: String
        var finding: Int
        var isRelated: Bool
    }

    /// Every document is read once, for all that any finding wants of it.
    private func places(_ findings: [RuleFinding]) -> [Places] {
        var places = [Places](repeating: Places(), count: findings.count)
        var questions: [Int: [Question]] = [:]
        func ask(_ resource: Int, _ field: String?, _ finding: Int, isRelated: Bool) -> SourceRange? {
            if let field {
                questions[resource, default: []].append(Question(field: field, finding: finding, isRelated: isRelated))
            }
            return result.nameRange(at: resource)
        }
        for (index, found) in findings.enumerated() {
            places[index].range = ask(found.resource, found.finding.field, index, isRelated: false)
            guard let related = found.finding.related, let other = result.partial.index(of: related.address) else {
                continue
            }
            places[index].related = ask(other, related.field, index, isRelated: true)
        }
        let documents = Array(questions)
        let answers = Pieces.of(documents.count)
            .concurrently { piece in documents[piece].map { ranges($0.key, $0.value) } }
        for (document, ranges) in zip(documents, answers.joined()) {
            for (question, range) in zip(document.value, ranges) {
                if question.isRelated {
                    places[question.finding].related = range
                } else {
                    places[question.finding].range = range
                }
            }
        }
        return places
    }

    /// Where the fields are that are asked for of one resource.
    private func ranges(_ resource: Int, _ asked: [Question]) -> [SourceRange] {
        result.fieldRanges(at: resource, asked.map(\.field))
    }

    private func diagnostic(_ found: RuleFinding, _ places: Places, _ editors: inout EditorOfLast) -> Diagnostic {
        let related = found.finding.related
        return Diagnostic(
            rules[found.rule].rule.code,
            severity: rules[found.rule].severity,
            found.finding.message,
            at: places.range.map { Label($0, isSensitive: found.finding.isSensitive) },
            secondary: places.related.map { [Label($0, related?.text)] } ?? [],
            help: found.finding.help.map { [help($0, found, &editors)] } ?? []
        )
    }

    private func help(_ text: String, _ found: RuleFinding, _ editors: inout EditorOfLast) -> Help {
        guard let fix = found.finding.fix else { return Help(text) }
        let address = result.partial.resources[found.resource].address
        if misread.contains(address) { return Help(text, refusal: "something else of it cannot be read yet") }
        do throws(EditRefusal) {
            let edits = try editors.of(address).get().edits(fix.changes)
            return Help(text, edits: edits, applicability: fix.applicability)
        } catch {
            return Help(text, refusal: error.reason)
        }
    }
}

/// The editor of the resource that was last asked for: its findings stand together.
private struct EditorOfLast {
    let result: CompileResult
    private var last: (address: ResourceAddress, editor: Result<ResourceEditor, EditRefusal>)?

    init(result: CompileResult) {
        self.result = result
    }

    mutating func of(_ address: ResourceAddress) -> Result<ResourceEditor, EditRefusal> {
        if let last, last.address == address { return last.editor }
        let editor = Result { () throws(EditRefusal) in try result.editor(of: address) }
        last = (address, editor)
        return editor
    }
}
