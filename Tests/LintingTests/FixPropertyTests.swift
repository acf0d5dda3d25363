import OrchplanTestSupport
import SourceDiagnostics
import Testing

@testable import Linting

@Suite("Fixes of manifests with faults at random")
struct FixPropertyTests {
    /// Lines of a spec, some of them wrong.
    private static let lines = [
        "  tty: true", "  tty: \"true\" # a terminal", "  init: yes", "  stopGracePeriod: 30 secs",
        "  stopGracePeriod: 0s",
        "  replicas: \"3\"", "  replcias: 3", "  hostname: web # one name", "  restart: always",
        "  restart: {delay: 0s, condition: any}", "  update:\n    # how\n    order: start-first\n    monitor: 0s",
        "  update: {onFailure: continue}", "  pullPolicy: never", "  capDrop: ALL", "  stopSignal: KILL",
        "  mounts:\n    - /etc:/host/etc\n    # the socket\n    - {type: tmpfs, target: /t}",
        "  healthcheck:\n    command: [curl, -sS, x] # look\n    retries: 1\n    startInterval: 250ms",
        "  command:\n    - sh\n    - -c\n    - |\n      cd /srv\n      ./server # no comment",
        "  ports: ['5432:5432'] # the world", "  logging: {driver: json-file}",
        "  securityOptions:\n    - seccomp=unconfined",
        "  environment: {A: \"# no comment\"}", "  ignoreChanges: [replicas]\n  scale: {min: 1, max: 3, target: 70%}",
        "  privileged: true # orchplan: ignore=privileged,image-tag it must",
        "  # orchplan: ignore=fixed-scale nothing\n  user: '1'",
    ]

    /// A service with some of the lines, each field once.
    private func manifest(_ random: inout SeededGenerator) -> String {
        var fields: Set<Substring> = []
        var text =
            "# The service.\napiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web} # its name\nspec:\n  image: a:1\n"
        for line in Self.lines.shuffled(using: &random).prefix(random.number(1...9)) {
            let field = line.split(separator: "\n").last { !$0.contains("#") || $0.contains(": ") } ?? ""
            let name = field.drop { $0 == " " }.prefix { $0 != ":" }
            let first = line.drop { $0 == " " }.prefix { $0 != ":" }
            guard fields.insert(first).inserted, first == name || fields.insert(name).inserted else { continue }
            text += line + "\n"
        }
        if random.chance(0.3) { text += "  # the end\n" }
        return random.chance(0.3)
            ? text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") : text
    }

    private func comments(_ text: String) -> [Substring] {
        text.split(whereSeparator: \.isNewline).filter { !$0.contains("ignore=") && !$0.contains("no comment") }
            .compactMap { line in line.firstIndex(of: "#").map { line[$0...] } }
    }

    @Test("nothing new is wrong, comments stay, a second run changes nothing", arguments: [true, false])
    func properties(unsafe: Bool) async throws {
        var random = SeededGenerator(seed: unsafe ? 11 : 12)
        var changed = 0
        for round in 0..<150 {
            let text = manifest(&random)
            let driver = random.pick([nil, "swarm", "local"], default: nil)
            let fixed = try await fix(text, unsafe: unsafe, driver: driver)
            if fixed.outcome.files.isEmpty { continue }
            changed += 1
            #expect(comments(fixed.text) == comments(text), "round \(round):\n\(fixed.diff)")
            let again = try await fix(fixed.text, unsafe: unsafe, driver: driver)
            let isDone = !fixed.holdsBack
            #expect(again.outcome.files.isEmpty == isDone, "round \(round):\n\(fixed.diff)\(again.diff)")
            let before = fixed.before.result.diagnostics.map(\.message)
            let new = again.before.result.diagnostics.filter { !before.contains($0.message) }
            #expect(new.isEmpty, "round \(round): \(new.map(\.message))\n\(fixed.diff)")
            if !unsafe, let graph = fixed.before.result.graph { #expect(again.before.result.graph == graph) }
            #expect(fixed.text.contains("\r\n") == text.contains("\r\n"))
        }
        #expect(changed > (unsafe ? 120 : 20), "\(changed)")
    }
}
