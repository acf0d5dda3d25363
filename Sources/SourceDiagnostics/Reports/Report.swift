/// Everything that a report of findings is made of; the renderers of all formats read this one value.
package struct Report: Sendable {
    package var sources: SourceMap
    /// In the order in which they are told; suppressed and known ones are among them.
    package var findings: [Finding]
    /// What is only counted; empty unless text for people is all that is written.
    package var further = FurtherFindings()
    /// The rules that could have found something, for formats that describe them.
    package var rules: [ReportRule] = []
    /// The version of the program.
    package var version = ""
    /// How many files were read.
    package var fileCount = 0
    /// The path of each file in its repository, by file; what is not in it is told as it is shown.
    ///
    /// Relative, with slashes; absolute for what lies elsewhere.
    package var repositoryPaths: [SourceID: String] = [:]
    /// The path in the repository that stands for findings of no file.
    package var homePath = "orchplan.yaml"
    /// What tells one report of a repository from another, such as `production`; empty: there is one.
    package var category = ""
    /// How bad a finding has to be to fail a run; nil: none does.
    package var failsFrom: Severity? = .error
    /// Whether formats that can say so list what is suppressed or known, too.
    package var listsSilenced = false

    package init(_ sources: SourceMap, _ findings: [Finding]) {
        self.sources = sources
        self.findings = findings
    }

    /// What counts, in order.
    var counting: some Sequence<Finding> { findings.lazy.filter { $0.standing == .counts } }

    package var counts: FindingCounts { FindingCounts(findings, further) }

    /// The path of a file in its repository.
    func repositoryPath(_ range: SourceRange?) -> String {
        guard let range else { return homePath }
        return repositoryPaths[range.file] ?? sources[range.file]?.path ?? homePath
    }

    /// Where a range begins and ends, in lines and columns.
    func span(_ range: SourceRange) -> (start: SourcePosition, end: SourcePosition)? {
        guard let file = sources[range.file] else { return nil }
        let start = file.position(at: range.start)
        return (start, range.end <= range.start ? start : file.position(at: range.end))
    }

    /// The same on one line: what goes on below ends with the line on which it began.
    func lineSpan(_ range: SourceRange) -> (start: SourcePosition, end: SourcePosition)? {
        guard let span = self.span(range), span.end.line != span.start.line, let file = sources[range.file] else {
            return self.span(range)
        }
        return (span.start, file.position(at: UInt32(file.lineRange(span.start.line).upperBound)))
    }
}

/// A rule as reports describe it.
package struct ReportRule: Sendable, Hashable {
    package var code: DiagnosticCode
    /// What it is about: `security`.
    package var group: String
    /// How bad its findings are; nil: it is off.
    package var severity: Severity?
    /// More about it, in Markdown.
    package var markdown: String

    package init(_ code: DiagnosticCode, group: String, severity: Severity?, markdown: String) {
        self.code = code
        self.group = group
        self.severity = severity
        self.markdown = markdown
    }
}

/// The forms in which findings can be told to programs, and to people who want one line each.
package enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    case text
    case short
    case json
    case ndjson
    case sarif
    case github
    case junit
    case gitlab
    case checkstyle

    /// Whether the form says what findings are about apart from where they are.
    package var needsIdentities: Bool {
        switch self {
        case .json, .ndjson, .sarif, .gitlab: true
        case .text, .short, .github, .junit, .checkstyle: false
        }
    }
}

extension Report {
    /// Writes the report piece by piece, so that a long one is never held as a whole.
    ///
    /// - Parameters:
    ///   - options: How text for people looks; no other form depends on it.
    ///   - sink: Takes the bytes in order.
    package func write(
        _ format: ReportFormat,
        options: TextRenderer.Options = TextRenderer.Options(),
        to sink: @escaping ([UInt8]) -> Void
    ) {
        var stream = ReportStream(sink)
        switch format {
        case .text: writeText(options, to: &stream)
        case .short: writeShort(to: &stream)
        case .json: writeJSON(to: &stream)
        case .ndjson: writeLines(to: &stream)
        case .sarif: SARIFReport(report: self).write(to: &stream)
        case .github: writeAnnotations(to: &stream)
        case .junit: writeJUnit(to: &stream)
        case .gitlab: writeCodeQuality(to: &stream)
        case .checkstyle: writeCheckstyle(to: &stream)
        }
        stream.flush()
    }
}
