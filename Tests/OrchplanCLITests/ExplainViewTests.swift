import Foundation
import Linting
import Manifests
import Plans
import SourceDiagnostics
import Testing

@testable import OrchplanCLI

@Suite("Explain")
struct ExplainViewTests {
    @Test("a kind, a field, the overview, a word and a code, at every width")
    func views() {
        expectGolden("explain-record") { ExplainView.lines("service.ports", $0) ?? [] }
        expectGolden("explain-overview") { ExplainView.overview($0) }
        expectGolden("explain-search") { ExplainView.lines("job", $0) ?? [] }
        expectGolden("explain-code") { ExplainView.lines("op3101", $0) ?? [] }
        expectGolden("explain-rule") { ExplainView.lines("slow-detection", $0) ?? [] }
        var settings = LintSettings()
        settings.levels = ["image-tag": "error", "OP5002": "off"]
        expectGolden("explain-rules") { RuleView.list(RuleLevels(settings), $0) }
    }

    @Test("a search finds what any of the words' places tell, also for a word that is a kind's name")
    func search() throws {
        let found = try #require(ExplainView.search("secret file", ViewFormat()))
        let text = Painter(isColoured: false).paint(found)
        #expect(text.contains("service.secrets ") && text.contains("open-secret"), "\(text)")
        #expect(ExplainView.search("service", ViewFormat())?.isEmpty == false)
        #expect(ExplainView.search("frobnicate", ViewFormat()) == nil && ExplainView.search(" ", ViewFormat()) == nil)
    }

    @Test(
        "the end of a path and the words of Compose lead to the field",
        arguments: [
            ("env_file", "service.envFiles  <"), ("healthcheck.test", "service.healthcheck.command  <"),
            ("deploy.update_config.order", "service.update.order  <"), ("spec.update", "service.update  <"),
            ("services.ports.published", "service.ports.published  <"), ("update.order", "service.update.order  <"),
            ("limits.cpus", "service.resources.limits.cpus  <"), ("network_mode", "`networks`"),
            ("driverOptions", "volume.driverOptions"), ("config.subnet", "network.ipam.subnets.subnet"),
        ]
    )
    func places(_ topic: String, _ wanted: String) {
        let text = Painter(isColoured: false).paint(ExplainView.lines(topic, ViewFormat()) ?? [])
        #expect(text.contains(wanted), "\(text)")
    }

    @Test("nothing is cut, whatever the width", arguments: ["service", "project", "project.driver", "secret"])
    func whole(topic: String) {
        func words(_ width: Int?) -> [Substring] {
            let text = Painter(isColoured: false).paint(ExplainView.lines(topic, ViewFormat(width: width)) ?? [])
            #expect(!text.contains("…"))
            return text.split(whereSeparator: \.isWhitespace).sorted()
        }
        // Titles of columns, or the word `default` before a value, are all that a width may change.
        let frame: Set<Substring> = ["FIELD", "TYPE", "DEFAULT", "MEANING", "default"]
        let whole = words(nil).filter { !frame.contains($0) }
        for width in [40, 60, 80, 100, 120, 160] { #expect(words(width).filter { !frame.contains($0) } == whole) }
    }

    @Test("every code of a finding about plans is known by number and name, and no other code has either")
    func codes() throws {
        #expect(ExplainView.codes.clashes.isEmpty)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        var found: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /code: "(OP3[0-9]+)"/) { found.insert(String(match.output.1)) }
        }
        #expect(found == Set(PlanFindingCode.all.map(\.id)))
    }

    @Test("every code says what to do, and not what it means once more", arguments: ExplainView.codes.codes)
    func remedies(_ code: DiagnosticCode) {
        #expect(code.remedy.hasSuffix(".") && code.remedy.split(separator: " ").count >= 3, "\(code.id)")
        #expect(code.remedy != code.summary)
        let text = Painter(isColoured: false).paint(ExplainView.lines(code.id, ViewFormat()) ?? [])
        #expect(text.contains("What to do\n  \(code.remedy)"), "\(text)")
    }

    @Test("a mistyped command is known for what it was meant to be")
    func commands() {
        #expect(Orchplan.suggestion(for: "aply") == "apply")
        for word in ["apply", "help", "--version", "frobnicate"] { #expect(Orchplan.suggestion(for: word) == nil) }
    }

    @Test("what is not there is answered with what is near")
    func nearest() {
        #expect(ExplainView.lines("service.helthcheck", ViewFormat()) == nil)
        #expect(ExplainView.nearest("service.helthcheck") == "service.healthcheck")
        #expect(ExplainView.lines("project.pilicy", ViewFormat()) == nil)
        // Its letters stand in an example of another field, too.
        #expect(ExplainView.lines("service.updat", ViewFormat()) == nil)
        #expect(ExplainView.nearest("service.updat") == "service.update")
    }
}
