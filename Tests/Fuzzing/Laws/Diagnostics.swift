import SourceDiagnostics

/// What holds for everything that is told of a text.
enum DiagnosticLaws {
    /// Every place is in its file, edits too, and what is printed steers no terminal.
    static func check(_ diagnostics: [Diagnostic], _ sources: SourceMap) throws(BrokenLaw) {
        for diagnostic in diagnostics {
            let labels = [diagnostic.primary].compactMap { $0 } + diagnostic.secondary
            let edits = diagnostic.help.flatMap(\.edits)
            for range in labels.map(\.range) + edits.map(\.range) {
                guard let file = sources[range.file] else { throw BrokenLaw("a place in no file: \(diagnostic)") }
                try expect(
                    range.start <= range.end && Int(range.end) <= file.count,
                    "a place outside of the file: \(diagnostic)"
                )
            }
            // Whoever applies edits of one help from the back to the front must not meet one twice.
            let sorted = edits.sorted { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) }
            for (one, next) in zip(sorted, sorted.dropFirst()) where one.range.file == next.range.file {
                try expect(one.range.end <= next.range.start, "edits of one fix overlap: \(diagnostic)")
            }
        }
        try checkPrinted(TextRenderer(sources).render(diagnostics))
        try checkPrinted(JSONRenderer(sources).render(diagnostics))
    }

    /// Nothing but line breaks among what steers a terminal, reorders text or hides from the eye.
    static func checkPrinted(_ text: String) throws(BrokenLaw) {
        let bad = text.unicodeScalars.first { $0 != "\n" && Escaping.needsEscape($0) }
        if let bad { throw BrokenLaw("U+\(String(bad.value, radix: 16)) is printed as it is") }
    }
}
