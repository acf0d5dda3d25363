/// For people: with excerpts, or one line each.
extension Report {
    func writeText(_ options: TextRenderer.Options, to stream: inout ReportStream) {
        let renderer = TextRenderer(sources, options: options)
        var limit = DiagnosticLimit(options.limit)
        for finding in counting where limit.admits(finding.diagnostic) {
            stream.write(renderer.renderOne(finding.diagnostic))
            stream.write("\n")
        }
        limit.leave(further)
        stream.write(renderer.rest(limit))
        let line = counts.line(ofFiles: options.totalFiles)
        if !line.isEmpty { stream.write(renderer.closing(line)) }
    }

    /// `file:line:column: error[OP1104]: message`, as compilers write it and editors read it.
    func writeShort(to stream: inout ReportStream) {
        for finding in counting {
            let diagnostic = finding.diagnostic
            if let place = diagnostic.primary.flatMap({ sources.place(of: $0.range) }) {
                stream.write(place)
                stream.write(": ")
            }
            stream.write("\(diagnostic.severity.rawValue)[\(diagnostic.code.id)]: ")
            stream.write(Escaping.visible(diagnostic.message))
            stream.write("\n")
        }
    }
}
