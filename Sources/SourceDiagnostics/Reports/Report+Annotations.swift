/// For the pages on which others read code: workflow commands of GitHub Actions and code quality of GitLab.
extension Report {
    /// `::error file=…,line=…::message`: GitHub shows them at the lines of a pull request.
    func writeAnnotations(to stream: inout ReportStream) {
        for finding in counting {
            let diagnostic = finding.diagnostic
            let command = diagnostic.severity == .note ? "notice" : diagnostic.severity.rawValue
            var properties = ["title=\(Self.property("\(diagnostic.code.id) \(diagnostic.code.slug)"))"]
            if let range = diagnostic.primary?.range, let span = self.span(range) {
                properties.insert("file=\(Self.property(repositoryPath(range)))", at: 0)
                properties.append("line=\(span.start.line)")
                if span.end.line == span.start.line {
                    // Columns are told on one line alone: GitHub refuses them for several.
                    properties.append("endLine=\(span.end.line)")
                    properties.append("col=\(span.start.column)")
                    properties.append("endColumn=\(max(span.start.column, span.end.column - 1))")
                } else {
                    properties.append("endLine=\(span.end.line)")
                }
            }
            let lines =
                [diagnostic.message] + diagnostic.notes.map { "note: \($0)" }
                + diagnostic.help.map { "help: \($0.text)" }
            stream.write("::\(command) \(properties.joined(separator: ","))::")
            stream.write(lines.map { Self.data($0) }.joined(separator: "%0A"))
            stream.write("\n")
        }
    }

    /// The text of a workflow command; what could end it, or steer the terminal that shows the log, is escaped.
    private static func data(_ text: String) -> String {
        Escaping.visible(text).replacing("%", with: "%25")
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }

    /// GitLab's code quality: one list, each entry with a fingerprint that no other has.
    func writeCodeQuality(to stream: inout ReportStream) {
        stream.write("[")
        var separator = "\n"
        for (index, finding) in findings.enumerated() where finding.standing == .counts {
            let diagnostic = finding.diagnostic
            let severity =
                switch diagnostic.severity {
                case .error: "major"
                case .warning: "minor"
                case .note: "info"
                }
            let range = diagnostic.primary?.range
            // What is about no place has no fingerprint; its number keeps it apart from others.
            let fingerprint = finding.identity?.fingerprint ?? "\(diagnostic.code.id)-\(index)"
            stream.write(separator + "{\"description\":")
            stream.json(diagnostic.message)
            stream.write(",\"check_name\":")
            stream.json(diagnostic.code.slug)
            stream.write(",\"fingerprint\":\"\(fingerprint)\",\"severity\":\"\(severity)\",\"location\":{\"path\":")
            stream.json(repositoryPath(range))
            stream.write(",\"lines\":{\"begin\":\(range.flatMap(span)?.start.line ?? 1)}}}")
            separator = ",\n"
        }
        stream.write("\n]\n")
    }
}
