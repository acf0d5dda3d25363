import SourceDiagnostics
import Testing

/// One set of findings in every form: wide letters, a path with spaces, control characters, quotes, `]]>` and `%`.
@Suite("Reports of findings")
struct ReportTests {
    private static let code = DiagnosticCode(
        "OP1104",
        "unknown-field",
        "A field is not known, as in <a> & \"b\".",
        remedy: "Mend it."
    )
    private static let rule = DiagnosticCode("OP5042", "privileged", "A service may do all.", remedy: "Take it away.")

    private func report(_ change: (inout Report) -> Void = { _ in }) -> Report {
        var sources = Sources()
        let wide = sources.add("my stacks/日本 #1.yaml", "kind: Service\nname: '日本🙂' # x\nspec:\n  replcias: 3\n  x: 1\n")
        let other = sources.add("api.yaml", "port: 8080\n")
        let clean = sources.add("clean.yaml", "a: 1\n")
        let odd = "100% `replcias`, <b>\"it's\"</b> ]]> & \u{1B}[31m\u{202E}\u{FFFE}::error::\r\n\ttail"
        let word = sources.range(wide, "replcias")
        let block = SourceRange(file: wide, start: word.start, end: word.start + 20)
        let findings = [
            Finding(
                Diagnostic(
                    Self.code,
                    odd,
                    at: word,
                    secondary: [Label(sources.range(other, "8080"), "also <here>, 50%")],
                    notes: ["a note: 'x', y"],
                    help: [
                        Help("did you mean `replicas`?", edits: [TextEdit(word, "replicas]]>")], applicability: .safe)
                    ]
                ),
                identity: FindingIdentity(resource: "service/日本", field: "spec.replcias", fingerprint: Self.digest("1"))
            ),
            Finding(
                Diagnostic(Self.rule, severity: .warning, "over two lines", at: block),
                identity: FindingIdentity(resource: nil, field: "spec", fingerprint: Self.digest("2"))
            ),
            Finding(
                Diagnostic(Self.rule, severity: .note, "silenced", at: sources.range(wide, "日本🙂")),
                identity: FindingIdentity(resource: "service/日本", field: "name", fingerprint: Self.digest("3")),
                standing: .suppressed(reason: "we \"know\" <this>")
            ),
            Finding(
                Diagnostic(Self.rule, severity: .note, "known for long", at: sources.range(other, "port")),
                identity: FindingIdentity(resource: "service/api", field: "port", fingerprint: Self.digest("4")),
                standing: .baselined
            ),
            Finding(Diagnostic(Self.code, severity: .note, "about no place", at: nil)),
        ]
        var report = Report(sources.map, findings)
        report.rules = [ReportRule(Self.rule, group: "secrets", severity: .warning, markdown: "Take it **away**.\n")]
        report.version = "1.2.3"
        report.fileCount = 3
        report.category = "production"
        report.repositoryPaths = [
            wide: "deploy/my stacks/日本 #1.yaml", other: "/srv/else where/api.yaml", clean: "deploy/clean.yaml",
        ]
        report.homePath = "deploy/orchplan.yaml"
        change(&report)
        return report
    }

    private static func digest(_ digit: Character) -> String { String(repeating: digit, count: 32) }

    private func text(_ report: Report, _ format: ReportFormat) -> String {
        var bytes: [UInt8] = []
        // Pieces arrive in order and one after the other.
        let collected = Collected()
        report.write(format, options: .init(totalFiles: report.fileCount)) { collected.bytes += $0 }
        bytes = collected.bytes
        return String(decoding: bytes, as: UTF8.self)
    }

    private final class Collected {
        var bytes: [UInt8] = []
    }

    @Test("every form is what it was", arguments: ReportFormat.allCases)
    func golden(_ format: ReportFormat) {
        expectGolden(text(report(), format), "report.\(format.rawValue)")
    }

    @Test("what is silenced is listed where that is asked for", arguments: [ReportFormat.sarif, .junit])
    func silenced(_ format: ReportFormat) {
        expectGolden(text(report { $0.listsSilenced = true }, format), "report-silenced.\(format.rawValue)")
    }

    @Test("no form lets anything through that steers a terminal", arguments: ReportFormat.allCases)
    func harmless(_ format: ReportFormat) {
        let steering = text(report { $0.listsSilenced = true }, format).unicodeScalars
            .filter { $0 != "\n" && Escaping.needsEscape($0) }
        #expect(steering.isEmpty, "\(steering.map(\.value))")
    }

    @Test("nothing found is a report, too", arguments: ReportFormat.allCases)
    func nothing(_ format: ReportFormat) {
        let told = text(report { $0.findings = [] }, format)
        switch format {
        case .text, .short, .github: #expect(told.isEmpty)
        case .json: #expect(told.contains("\"diagnostics\":[]"))
        case .ndjson: #expect(told.split(separator: "\n").count == 2)
        case .sarif: #expect(told.contains("\"results\":[]"))
        case .junit: #expect(told.contains("tests=\"3\" failures=\"0\""))
        case .gitlab: #expect(told == "[\n]\n")
        case .checkstyle: #expect(!told.contains("<file"))
        }
    }

    @Test("the summary counts each sort once")
    func summary() {
        #expect(
            report().counts.line(ofFiles: 3)
                == "1 error, 1 warning, 1 note in 1 of 3 files; 1 suppressed, 1 in the baseline, 1 fixable"
        )
        #expect(
            report { $0.findings.removeAll { $0.standing == .counts } }.counts.line(ofFiles: 3)
                == "nothing new; 1 suppressed, 1 in the baseline"
        )
    }

    @Test("a report of many findings is handed on in pieces")
    func pieces() {
        let many = report { report in report.findings = (0..<2_000).flatMap { _ in report.findings } }
        let sizes = Collected()
        many.write(.sarif) { sizes.bytes.append(UInt8(min(255, $0.count >> 10))) }
        #expect(sizes.bytes.count > 50 && sizes.bytes.allSatisfy { $0 < 80 })
    }
}
