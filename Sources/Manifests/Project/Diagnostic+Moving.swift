import SourceDiagnostics

extension Diagnostic {
    /// The diagnostic of a file that has another number among other files.
    package func moved(to file: SourceID) -> Diagnostic { moved { _ in file } }

    /// The diagnostic of files that came behind so many others.
    package func moved(behind count: Int) -> Diagnostic {
        moved { SourceID($0.rawValue + Int32(truncatingIfNeeded: count)) }
    }

    private func moved(_ file: (SourceID) -> SourceID) -> Diagnostic {
        func moved(_ range: SourceRange) -> SourceRange {
            SourceRange(file: file(range.file), start: range.start, end: range.end)
        }
        func moved(_ label: Label) -> Label {
            Label(moved(label.range), label.text, isSensitive: label.isSensitive)
        }
        return Diagnostic(
            code,
            severity: severity,
            message,
            at: primary.map { moved($0) },
            secondary: secondary.map { moved($0) },
            notes: notes,
            help: help.map { help in
                Help(
                    help.text,
                    edits: help.edits.map { TextEdit(moved($0.range), $0.replacement) },
                    applicability: help.applicability,
                    refusal: help.refusal
                )
            }
        )
    }
}
