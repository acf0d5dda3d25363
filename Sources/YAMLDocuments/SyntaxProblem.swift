import CLibYAML
import SourceDiagnostics

/// Where and why libyaml stopped, as byte offsets.
struct SyntaxProblem {
    /// What libyaml calls the problem.
    let problem: String
    /// What libyaml was doing.
    var context: String
    /// Where it stopped.
    let offset: Int
    /// Where what it was doing began.
    var contextOffset: Int
    /// The brackets that are open there.
    var flows: OpenFlows

    init(parser: yaml_parser_t, cursor: inout OffsetCursor) {
        problem = parser.problem.map { String(cString: $0) } ?? "unreadable text"
        context = parser.context.map { String(cString: $0) } ?? ""
        // A mark of 0 beside a problem further on means that there is none.
        offset = cursor.offset(parser.problem_mark.index)
        contextOffset = parser.context == nil ? offset : cursor.offset(parser.context_mark.index)
        let isScanned = parser.error == YAML_SCANNER_ERROR
        flows = OpenFlows(level: isScanned ? Int(parser.flow_level) : nil, offset: offset)
    }
}

extension SyntaxProblem {
    /// The fault in the words of someone who writes manifests.
    func diagnostic(in file: SourceFile, id: SourceID, documentStart: Int) -> Diagnostic {
        let text = SourceLine(file: file, id: id, offset: offset, flows: flows)
        if problem.hasPrefix("found unexpected end of stream")
            || problem.hasPrefix("found unexpected document indicator"),
            context.contains("quoted scalar")
        {
            return unclosedQuote(file, id)
        }
        if context == "while parsing a flow sequence" || context == "while parsing a flow mapping" {
            return text.template() ?? text.variable() ?? unclosedFlow(file, id)
        }
        if let byte = text.byte, byte == 0x09, problem.contains("cannot start any token") || problem.contains("tab") {
            return text.tab()
        }
        if let template = text.template() { return template }
        switch problem {
        case "mapping values are not allowed in this context":
            return text.nestedValue()
        case "found character that cannot start any token":
            return text.reserved()
        case "did not find expected alphabetic or numeric character":
            return SourceLine(file: file, id: id, offset: contextOffset, flows: flows).reserved()
        case "found incompatible YAML document":
            return Diagnostic(
                .yamlDirective,
                "document asks for another version of YAML",
                at: text.rest(),
                help: [Help("remove the line, or write `%YAML 1.2`")]
            )
        case "could not find expected ':'":
            return missingColon(file, id)
        case "found unknown escape character":
            return badEscape(file, id)
        case "did not find expected key", "did not find expected '-' indicator":
            return misplaced(file, id, text)
        case "block sequence entries are not allowed in this context":
            return Diagnostic(
                .yamlIndentation,
                "list item is not allowed here",
                at: text.mark(1),
                help: [Help("start the list on the next line, or quote the value if the text is meant")]
            )
        case "did not find expected <document start>":
            return Diagnostic(
                .yamlSyntax,
                "text behind the end of the document",
                at: text.rest(),
                help: [Help("start a new document with `---`, or indent the line as those above")]
            )
        default:
            return other(file, id, text)
        }
    }

    private func point(_ id: SourceID, _ offset: Int, _ length: Int, _ file: SourceFile) -> SourceRange {
        SourceRange(
            file: id,
            start: UInt32(truncatingIfNeeded: offset),
            end: UInt32(truncatingIfNeeded: min(offset + length, max(file.count, offset)))
        )
    }

    private func unclosedQuote(_ file: SourceFile, _ id: SourceID) -> Diagnostic {
        let quote = contextOffset < file.count && file.base[contextOffset] == UInt8(ascii: "'") ? "'" : "\""
        return Diagnostic(
            .yamlUnclosedQuote,
            "quote is not closed",
            at: point(id, contextOffset, 1, file),
            help: [Help("add the closing `\(quote)`")]
        )
    }

    private func unclosedFlow(_ file: SourceFile, _ id: SourceID) -> Diagnostic {
        let isList = context.hasSuffix("sequence")
        let close = isList ? "]" : "}"
        let opening = Label(point(id, contextOffset, 1, file), "opened here")
        let wanted = "expected `,` or `\(close)`"
        var secondary: [Label] = []
        var notes: [String] = []
        // At the end of the file or at the next document there is nothing to show.
        if offset < file.count, !SourceLine(file: file, id: id, offset: offset).startsDocument {
            secondary = [Label(point(id, offset, 1, file), wanted)]
        } else {
            notes = [wanted + " before the document ends"]
        }
        return Diagnostic(
            .yamlUnclosedFlow,
            isList ? "list is not closed" : "map is not closed",
            at: opening,
            secondary: secondary,
            notes: notes,
            help: [Help("add the closing `\(close)`")]
        )
    }

    private func missingColon(_ file: SourceFile, _ id: SourceID) -> Diagnostic {
        let line = SourceLine(file: file, id: id, offset: contextOffset)
        let place = line.rest()
        if let colon = line.text(from: contextOffset).firstRange(of: ": ") ?? nil, colon > 1000 {
            return Diagnostic(
                .yamlKeyTooLong,
                "key of \(colon) bytes is longer than the limit of 1024",
                at: point(id, contextOffset, 32, file)
            )
        }
        return Diagnostic(
            .yamlSyntax,
            "expected `:` behind this key",
            at: place,
            help: [Help("write `key: value`, or indent the line so that it continues the text above")]
        )
    }

    private func badEscape(_ file: SourceFile, _ id: SourceID) -> Diagnostic {
        // libyaml points at the quote or at the backslash, depending on its version; the backslash is wanted.
        Diagnostic(
            .yamlEscape,
            "unknown escape in double quotes",
            at: point(id, offset, 2, file),
            help: [Help("write `\\\\` for a backslash, or use single quotes")]
        )
    }

    private func misplaced(_ file: SourceFile, _ id: SourceID, _ text: SourceLine) -> Diagnostic {
        if text.byte == UInt8(ascii: ":") {
            return Diagnostic(
                .yamlKeyNotString,
                "key is missing",
                at: text.mark(1),
                help: [Help("write a key before the `:`")]
            )
        }
        let wanted = problem.hasSuffix("key") ? "a key" : "`-`"
        let kind = problem.hasSuffix("key") ? "map" : "list"
        return Diagnostic(
            .yamlIndentation,
            "expected \(wanted) here",
            at: text.word(),
            secondary: [Label(point(id, contextOffset, 1, file), "this \(kind) starts here")],
            help: [Help("indent the line as the others of this \(kind)")]
        )
    }

    private func other(_ file: SourceFile, _ id: SourceID, _ text: SourceLine) -> Diagnostic {
        Diagnostic(
            .yamlSyntax,
            "not valid YAML: \(Escaping.visible(problem))",
            at: text.mark(1),
            notes: context.isEmpty ? [] : [Escaping.visible(context)]
        )
    }
}
