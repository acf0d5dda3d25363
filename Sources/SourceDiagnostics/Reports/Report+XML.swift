/// For continuous integration of the older sort: JUnit and checkstyle.
extension Report {
    /// A suite for each file; a finding that fails the run is a failure, and a file without one is a test that passes.
    func writeJUnit(to stream: inout ReportStream) {
        let told = findings.filter { listsSilenced || $0.standing == .counts }
        let groups = grouped(told)
        let quiet = sources.files.indices.filter { index in
            groups.allSatisfy { $0.file != SourceID(Int32(truncatingIfNeeded: index)) }
        }
        let failures = told.count { fails($0) }
        let silenced = told.count { $0.standing != .counts }
        stream.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"orchplan lint\"")
        stream.write(" tests=\"\(told.count + quiet.count)\" failures=\"\(failures)\" errors=\"0\"")
        stream.write(" skipped=\"\(silenced)\">\n")
        for group in groups {
            let name = group.file.flatMap { sources[$0]?.path } ?? "orchplan"
            stream.write("  <testsuite name=\"")
            stream.xml(name)
            stream.write("\" tests=\"\(group.findings.count)\" failures=\"\(group.findings.count { fails($0) })\"")
            stream.write(" errors=\"0\" skipped=\"\(group.findings.count { $0.standing != .counts })\">\n")
            for finding in group.findings { writeCase(finding, name, to: &stream) }
            stream.write("  </testsuite>\n")
        }
        for index in quiet {
            stream.write("  <testsuite name=\"")
            stream.xml(sources.files[index].path)
            stream.write(
                "\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n    <testcase name=\"lint\" classname=\""
            )
            stream.xml(sources.files[index].path)
            stream.write("\"/>\n  </testsuite>\n")
        }
        stream.write("</testsuites>\n")
    }

    private func fails(_ finding: Finding) -> Bool {
        guard finding.standing == .counts, let failsFrom else { return false }
        return finding.diagnostic.severity >= failsFrom
    }

    private func writeCase(_ finding: Finding, _ name: String, to stream: inout ReportStream) {
        let diagnostic = finding.diagnostic
        let span = diagnostic.primary.flatMap { self.span($0.range) }
        let place = span.map { " at \($0.start.line):\($0.start.column)" } ?? ""
        stream.write("    <testcase name=\"\(diagnostic.code.slug)\(place)\" classname=\"")
        stream.xml(name)
        stream.write("\"")
        if let span { stream.write(" line=\"\(span.start.line)\"") }
        stream.write(">\n      ")
        switch finding.standing {
        case .suppressed(let reason):
            stream.write("<skipped message=\"")
            stream.xml(reason.isEmpty ? "suppressed by a comment" : "suppressed: \(reason)")
            stream.write("\"/>")
        case .baselined: stream.write("<skipped message=\"in the baseline\"/>")
        case .counts:
            let element = fails(finding) ? "failure" : "system-out"
            stream.write("<\(element)")
            if element == "failure" {
                stream.write(" type=\"\(diagnostic.code.id)\" message=\"")
                stream.xml(diagnostic.message)
                stream.write("\"")
            }
            stream.write(">")
            let at = diagnostic.primary.flatMap { sources.place(of: $0.range) }.map { $0 + ": " } ?? ""
            let lines =
                ["\(at)\(diagnostic.severity.rawValue)[\(diagnostic.code.id)]: \(diagnostic.message)"]
                + diagnostic.notes.map { "note: \($0)" } + diagnostic.help.map { "help: \($0.text)" }
            stream.write(lines.map(XMLText.escaped).joined(separator: "\n"))
            stream.write("</\(element)>")
        }
        stream.write("\n    </testcase>\n")
    }

    func writeCheckstyle(to stream: inout ReportStream) {
        stream.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n")
        for group in grouped(findings.filter { $0.standing == .counts }) {
            stream.write("  <file name=\"")
            stream.xml(group.file.flatMap { sources[$0]?.path } ?? homePath)
            stream.write("\">\n")
            for finding in group.findings {
                let diagnostic = finding.diagnostic
                let start = diagnostic.primary.flatMap { span($0.range) }?.start
                let severity = diagnostic.severity == .note ? "info" : diagnostic.severity.rawValue
                stream.write("    <error line=\"\(start?.line ?? 1)\" column=\"\(start?.column ?? 1)\"")
                stream.write(" severity=\"\(severity)\" message=\"")
                stream.xml(diagnostic.message)
                stream.write("\" source=\"orchplan.\(diagnostic.code.slug)\"/>\n")
            }
            stream.write("  </file>\n")
        }
        stream.write("</checkstyle>\n")
    }

    /// The findings by file, in the order in which the files come first; those of no file stand together.
    private func grouped(_ findings: [Finding]) -> [(file: SourceID?, findings: [Finding])] {
        var groups: [(file: SourceID?, findings: [Finding])] = []
        var positions: [SourceID?: Int] = [:]
        for finding in findings {
            let file = finding.diagnostic.primary?.range.file
            if let position = positions[file] {
                groups[position].findings.append(finding)
            } else {
                positions[file] = groups.count
                groups.append((file, [finding]))
            }
        }
        return groups
    }
}
