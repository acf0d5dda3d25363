/// SARIF 2.1.0, as GitHub's code scanning takes it: one run, one result for each finding.
///
/// Regions are on one line: a pull request shows a result only where its diff holds every line of it.
struct SARIFReport {
    static let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

    let report: Report
    private let ruleIndices: [DiagnosticCode: Int]
    private let rules: [ReportRule]

    init(report: Report) {
        self.report = report
        var rules = report.rules
        var indices: [DiagnosticCode: Int] = [:]
        for (index, rule) in rules.enumerated() { indices[rule.code] = index }
        // What the compiler says has no rule, and is described by its code.
        for finding in report.findings where indices[finding.diagnostic.code] == nil {
            let code = finding.diagnostic.code
            indices[code] = rules.count
            rules.append(
                ReportRule(code, group: "manifests", severity: finding.diagnostic.severity, markdown: code.remedy)
            )
        }
        self.rules = rules
        ruleIndices = indices
    }

    func write(to stream: inout ReportStream) {
        stream.write("{\"$schema\":\"\(Self.schema)\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{")
        stream.write("\"name\":\"orchplan\",\"version\":\"\(report.version)\",")
        stream.write("\"semanticVersion\":\"\(report.version)\",\"rules\":[")
        for (index, rule) in rules.enumerated() {
            stream.write(index == 0 ? "\n" : ",\n")
            write(rule, to: &stream)
        }
        stream.write("]}},\"automationDetails\":{\"id\":")
        stream.json("orchplan-lint/" + (report.category.isEmpty ? "" : report.category + "/"))
        stream.write("},\"columnKind\":\"unicodeCodePoints\",\"originalUriBaseIds\":{\"%SRCROOT%\":{\"description\":")
        stream.write("{\"text\":\"The root of the repository.\"}}},\"results\":[")
        var separator = "\n"
        for finding in report.findings where report.listsSilenced || finding.standing == .counts {
            stream.write(separator)
            write(finding, to: &stream)
            separator = ",\n"
        }
        stream.write("]}]}\n")
    }

    private func write(_ rule: ReportRule, to stream: inout ReportStream) {
        stream.write("{\"id\":\"\(rule.code.id)\",\"name\":")
        stream.json(rule.code.slug)
        stream.write(",\"shortDescription\":{\"text\":")
        stream.json(rule.code.summary)
        stream.write("},\"fullDescription\":{\"text\":")
        stream.json(rule.code.summary + " " + rule.code.remedy)
        stream.write("},\"help\":{\"text\":")
        stream.json(rule.code.remedy)
        stream.write(",\"markdown\":")
        stream.json(rule.markdown)
        stream.write("},\"defaultConfiguration\":{\"enabled\":\(rule.severity != nil),\"level\":\"")
        stream.write((rule.severity ?? .warning).rawValue)
        stream.write("\"},\"properties\":{\"tags\":[")
        stream.json(rule.group)
        let isSecurity = rule.group == "security" || rule.group == "secrets"
        if isSecurity, rule.group != "security" { stream.write(",\"security\"") }
        stream.write("],\"precision\":\"high\",\"problem.severity\":\"")
        stream.write(Self.problemSeverity(rule.severity ?? .warning))
        stream.write("\"")
        if isSecurity { stream.write(",\"security-severity\":\"\(Self.securitySeverity(rule.severity ?? .warning))\"") }
        stream.write("}}")
    }

    private static func problemSeverity(_ severity: Severity) -> String {
        severity == .note ? "recommendation" : severity.rawValue
    }

    /// On the scale of CVSS, by which GitHub sorts: high, medium, low.
    private static func securitySeverity(_ severity: Severity) -> String {
        switch severity {
        case .error: "8.0"
        case .warning: "5.0"
        case .note: "3.0"
        }
    }

    private func write(_ finding: Finding, to stream: inout ReportStream) {
        let diagnostic = finding.diagnostic
        stream.write("{\"ruleId\":\"\(diagnostic.code.id)\"")
        if let index = ruleIndices[diagnostic.code] { stream.write(",\"ruleIndex\":\(index)") }
        stream.write(",\"level\":\"\(diagnostic.severity.rawValue)\",\"message\":{\"text\":")
        stream.json(Self.words(diagnostic))
        stream.write("},\"locations\":[{")
        writePhysical(diagnostic.primary?.range, to: &stream)
        if let identity = finding.identity, let resource = identity.resource {
            stream.write(",\"logicalLocations\":[{\"fullyQualifiedName\":")
            stream.json(resource + "." + identity.field)
            stream.write(",\"kind\":\"member\"}]")
        }
        stream.write("}]")
        writeRelated(diagnostic, to: &stream)
        if let identity = finding.identity {
            stream.write(",\"partialFingerprints\":{\"primaryLocationLineHash\":\"\(identity.fingerprint)\",")
            stream.write("\"orchplanFinding/v1\":\"\(identity.fingerprint)\"}")
        }
        writeFixes(diagnostic, to: &stream)
        if report.listsSilenced { writeSuppressions(finding.standing, to: &stream) }
        stream.write("}")
    }

    /// GitHub shows the message alone, so that what explains it has to be in it.
    private static func words(_ diagnostic: Diagnostic) -> String {
        ([diagnostic.message] + diagnostic.notes.map { "note: \($0)" } + diagnostic.help.map { "help: \($0.text)" })
            .joined(separator: "\n")
    }

    /// Without a status, as what has none is suppressed: revisions of the schema that are in use call it `state`.
    private func writeSuppressions(_ standing: FindingStanding, to stream: inout ReportStream) {
        switch standing {
        // An empty list says that somebody looked, and that nothing silences it.
        case .counts: stream.write(",\"suppressions\":[]")
        case .baselined: stream.write(",\"suppressions\":[{\"kind\":\"external\"}]")
        case .suppressed(let reason):
            stream.write(",\"suppressions\":[{\"kind\":\"inSource\"")
            if !reason.isEmpty {
                stream.write(",\"justification\":")
                stream.json(reason)
            }
            stream.write("}]")
        }
    }
}
