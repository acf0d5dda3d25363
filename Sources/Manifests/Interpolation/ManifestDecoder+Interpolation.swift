import Glibc
import SourceDiagnostics
import YAMLDocuments

/// Interpolation of the scalars of one document.
extension ManifestDecoder {
    /// The bytes of a scalar with its variables put in; nil, and a diagnostic, when that fails.
    ///
    /// The result lives until the document is done.
    mutating func expanded(_ node: YAMLNode) -> Bytes? {
        let bytes = node.utf8
        guard let base = bytes.baseAddress, memchr(base, 0x24, bytes.count) != nil else { return bytes }
        let variables = context.variables
        var interpolation = Interpolation(bytes) { variables[$0] }
        do throws(Interpolation.Fault) {
            let result = try interpolation.expanded()
            var dollars = Dollars()
            for use in interpolation.uses {
                let range = place(node, offset: use.offset, length: 1, &dollars)
                variableUses.append(VariableUse(name: use.name, range: range))
            }
            let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, result.count))
            let end = buffer.initialize(fromContentsOf: result)
            expansions.append(buffer)
            wasExpanded = true
            return Bytes(rebasing: buffer[..<end])
        } catch {
            var dollars = Dollars()
            for fault in interpolation.faults { reportInterpolation(fault, node, &dollars) }
            return nil
        }
    }

    /// Whether variables left a scalar without any text, for a field that needs some; a diagnostic names them.
    @inline(never)
    mutating func isEmptyVariable(_ node: YAMLNode, _ bytes: Bytes) -> Bool {
        guard bytes.isEmpty, wasExpanded, let first = emptyVariables(of: node).first else { return false }
        report(
            .unsetVariable,
            "`${\(first)}` is empty, but `\(field.text)` needs a value",
            at: node.smallRange,
            help: ["give the variable a value, or a default for when it is empty: `${\(first):-…}`"]
        )
        return true
    }

    /// The variables of a scalar that are set and empty.
    func emptyVariables(of node: YAMLNode) -> [String] {
        let variables = context.variables
        var interpolation = Interpolation(node.utf8) { variables[$0] }
        guard (try? interpolation.expanded()) != nil else { return [] }
        return interpolation.uses.map(\.name).filter { variables[$0]?.isEmpty == true }
    }

    @inline(never)
    private mutating func reportInterpolation(
        _ fault: Interpolation.Fault,
        _ node: YAMLNode,
        _ dollars: inout Dollars
    ) {
        let range = place(node, offset: fault.offset, length: fault.length, &dollars)
        switch fault.kind {
        case .syntax(let reason):
            let dollar = SourceRange(file: range.file, start: range.start, end: range.start)
            let isDollar = file.map { Int(range.start) < $0.count && $0.bytes[Int(range.start)] == 0x24 } ?? false
            let edits = isDollar && !node.isAliased ? [TextEdit(dollar, "$")] : []
            let help = Help("write `$$` for a dollar sign", edits: edits)
            report(.interpolationSyntax, "\(reason)", at: range, mending: [help])
        case .unset(let name):
            let near = Suggestion.nearest(name, in: context.variables.names.sorted())
            let advice = Help(
                near.map { "did you mean `\($0)`?" }
                    ?? "set it with `--var \(name)=…`, in the environment or in orchplan.yaml, or write `${\(name):-…}`"
            )
            report(
                .unsetVariable,
                "the variable `\(name)` is not set and has no default",
                at: range,
                mending: [ownVariable(name, node, range, isMistyped: near != nil), advice].compactMap { $0 }
            )
        case .required(let name, let message):
            report(
                .requiredVariable,
                "the variable `\(name)` must be set" + (message.isEmpty ? "" : ": \(message)"),
                at: range
            )
        case .nesting:
            report(
                .interpolationSyntax,
                "variables are nested more than \(Interpolation.nestingLimit) deep",
                at: range,
                help: ["give the variable a value instead of so many defaults"]
            )
        case .length:
            report(
                .interpolationSyntax,
                "the text is longer than \(Interpolation.lengthLimit) bytes after its variables are put in",
                at: node.smallRange,
                help: ["give shorter values, or name the variable less often"]
            )
        }
    }

    /// Advises to leave a variable to the instance, which has it when the command runs.
    ///
    /// Every instance has `PORT` and `PORT_NAME` of its own; what else a command reads nobody knows here.
    private func ownVariable(_ name: String, _ node: YAMLNode, _ range: SourceRange, isMistyped: Bool) -> Help? {
        let isOwn = name == "PORT" || name.hasPrefix("PORT_")
        guard isOwn || (!isMistyped && ["command", "entrypoint"].contains(field.text)) else { return nil }
        let title =
            isOwn
            ? "write `$$\(name)` for the port that each instance is told"
            : "write `$$\(name)` for the variable that the instance has when the command runs"
        let start = Int(range.start)
        guard isOwn, !node.isAliased, let file, start < file.count, file.bytes[start] == 0x24 else {
            return Help(title)
        }
        let dollar = SourceRange(file: range.file, start: range.start, end: range.start)
        return Help(title, edits: [TextEdit(dollar, "$")])
    }

    /// How far the dollar signs of one scalar were counted, in its text and in its source.
    ///
    /// Places are asked for from the front to the back, so that all of them together take one pass.
    private struct Dollars {
        var text = 0
        var textCount = 0
        var source = 0
        var sourceCount = 0
    }

    /// The place of a `$` of a scalar's text in the source, which may hold escapes and line breaks.
    private func place(_ node: YAMLNode, offset: Int, length: Int, _ dollars: inout Dollars) -> SourceRange {
        let whole = node.range
        guard let file else { return whole }
        let text = node.utf8
        while dollars.text < min(offset, text.count) {
            if text[dollars.text] == 0x24 { dollars.textCount += 1 }
            dollars.text += 1
        }
        var index = max(Int(whole.start), dollars.source)
        let end = min(Int(whole.end), file.count)
        while index < end, file.bytes[index] != 0x24 || dollars.sourceCount < dollars.textCount {
            if file.bytes[index] == 0x24 { dollars.sourceCount += 1 }
            index += 1
        }
        dollars.source = index
        guard index < end else { return whole }
        let isVerbatim =
            index + length <= end
            && file.bytes[index..<(index + length)].elementsEqual(text[offset..<min(offset + length, text.count)])
        return SourceRange(file: whole.file, start: UInt32(index), end: UInt32(index + (isVerbatim ? length : 1)))
    }
}
