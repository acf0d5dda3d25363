import CLibYAML
import SourceDiagnostics

extension ArenaBuilder {
    /// Checks the scalar at `record`, which is a key of the innermost mapping.
    mutating func checkKey(_ record: Int, mark: yaml_mark_t) {
        let top = open.count - 1
        if isExplicitKey(
            record,
            column: Int(mark.column),
            isFlow: open.base[top].isFlow,
            keyColumn: open.base[top].column
        ) {
            report(
                Diagnostic(
                    .yamlComplexKey,
                    "key is written with `?`",
                    at: range(of: record),
                    help: [Help("write `key: value`")]
                )
            )
        }
        if open.base[top].column < 0, !open.base[top].isFlow {
            // The event started at the anchor; the mapping itself starts here.
            open.base[top].column = Int(mark.column)
            records.base[open.base[top].record].start = records.base[record].start
        }
        registerKey(record, site: record)
    }

    /// Adds a key to its mapping, whose text is at `record` and which is written at `site`.
    mutating func registerKey(_ record: Int, site: Int) {
        let top = open.count - 1
        let key = records.base[record]
        if key.bits & NodeRecord.null != 0 {
            hide(site)
            let isEmpty = key.second == 0
            report(
                Diagnostic(
                    .yamlKeyNotString,
                    isEmpty ? "key is missing" : "key is null",
                    at: range(of: site),
                    help: [Help(isEmpty ? "write a key before the `:`" : "quote the key if the text is meant")]
                )
            )
            return
        }
        if key.second == 2, isMergeKey(record, key) {
            hide(site)
            if open.base[top].mergeKey < 0 {
                open.base[top].mergeKey = site
                open.base[top].valueIsMerged = true
            } else {
                report(
                    Diagnostic(
                        .yamlMerge,
                        "merge key `<<` is given twice in one map",
                        at: range(of: site),
                        secondary: [Label(range(of: open.base[top].mergeKey), "first given here")],
                        help: [Help("merge several maps with a list: `<<: [*a, *b]`")]
                    )
                )
            }
            return
        }
        if Int(key.second) > limits.keyBytes { reportLongKey(site, length: Int(key.second)) }
        if let first = keys.insert(record, base: open.base[top].keyBase, view: view) {
            hide(site)
            reportDuplicate(site, first: first)
            return
        }
        open.base[top].count += 1
        if open.base[top].count == limits.keysPerMapping + 1 { reportTooManyKeys(at: range(of: site)) }
    }

    /// Makes iteration skip a key and its value.
    func hide(_ site: Int) { records.base[site].bits |= NodeRecord.hidden }

    /// Reports a collection that starts at `start` and stands as a key.
    mutating func reportCollectionKey(start: Int, end: Int, isMapping: Bool) {
        let parent = open.base[open.count - 1]
        let parentStart = Int(records.base[parent.record].start)
        if isMapping, parent.isFlow, start == parentStart + 1, source[start] == UInt8(ascii: "{") {
            reportTemplate(at: parentStart)
            return
        }
        report(
            Diagnostic(
                .yamlKeyNotString,
                isMapping ? "key is a map" : "key is a list",
                at: range(start, end),
                notes: ["keys are strings"]
            )
        )
    }

    /// Reports `{{ … }}` without quotes, which starts at `start` and of which the outer brace is open.
    mutating func reportTemplate(at start: Int) {
        let isInFlow = open.count > 1 && open.base[open.count - 2].isFlow
        let line = SourceLine(file: file, id: id, offset: start)
        report(.unquotedTemplate(in: line, at: start, isInFlow: isInFlow))
    }

    private func isMergeKey(_ record: Int, _ key: NodeRecord) -> Bool {
        let text = view.text(record)
        return key.bits & ~NodeRecord.side == NodeRecord.bits(.scalar, .plain, .none)
            && text[0] == UInt8(ascii: "<") && text[1] == UInt8(ascii: "<")
    }

    /// Whether a question mark stands before a key: libyaml does not tell, but in block style the column gives it away.
    private func isExplicitKey(_ record: Int, column: Int, isFlow: Bool, keyColumn: Int) -> Bool {
        if !isFlow, keyColumn >= 0 { return column != keyColumn }
        var before = Int(records.base[record].start) - 1
        while before > 0, source[before] == 0x20 { before -= 1 }
        guard before > 0, source[before] == UInt8(ascii: "?") else { return false }
        return source[before - 1] <= 0x20 || source[before - 1] == UInt8(ascii: "{") || source[before - 1] == 0x2C
    }

    private mutating func reportDuplicate(_ site: Int, first: Int) {
        let text = view.text(view.resolve(site))
        let name = Escaping.visible(String(decoding: text.prefix(80), as: UTF8.self))
        let same = text.elementsEqual(view.text(first))
        report(
            Diagnostic(
                .yamlDuplicateKey,
                "key `\(name)` is given twice",
                at: Label(range(of: site), "given again"),
                secondary: [Label(range(of: first), "first given here")],
                notes: same ? [] : ["the two are written with different code points but are the same text in Unicode"]
            )
        )
    }

    private mutating func reportLongKey(_ site: Int, length: Int) {
        let whole = range(of: site)
        report(
            Diagnostic(
                .yamlKeyTooLong,
                "key of \(length) bytes is longer than the limit of \(limits.keyBytes)",
                at: SourceRange(file: id, start: whole.start, end: min(whole.end, whole.start + 32))
            )
        )
    }

    mutating func reportTooManyKeys(at place: SourceRange) {
        report(
            Diagnostic(
                .yamlTooManyKeys,
                "map has more than \(limits.keysPerMapping) keys",
                at: Label(place, "the first one too many")
            )
        )
    }
}
