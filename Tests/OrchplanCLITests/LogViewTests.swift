import ResourceModel
import Testing

@testable import OrchplanCLI

@Suite("Logs")
struct LogViewTests {
    private static func entry(
        _ second: Int,
        _ instance: String,
        _ text: String,
        _ kind: LogEntry.Kind = .output
    ) -> LogEntry {
        LogEntry(time: "2026-11-21T06:42:\(second).123456789Z", instance: instance, kind: kind, text: text)
    }

    private static let entries = [
        entry(10, "web.1.3f9c2a7b", "GET / 200"), entry(11, "web.2.aaaa0001", "GET /cart 500", .errors),
        entry(12, "worker.1.bbbb0001", "\u{1B}[32mok\u{1B}[0m\u{1B}[2Jcleared\ttab \u{202E}bidi"),
        entry(13, "web.1.3f9c2a7b", "ended (exit status 1), starts again in 5s", .event),
        entry(14, "payments.internal.12.cccc0001", "a longer name joins"), entry(15, "web.2.aaaa0001", ""),
    ]

    @Test("names aligned and coloured, standard error told apart, control codes made visible")
    func text() {
        for (suffix, format) in lookedAt {
            var view = LogView(format)
            for entry in Self.entries.prefix(3) { view.expect(entry.instance) }
            var timed = LogView(format, showsTimes: true)
            let text = Self.entries.map { view.text($0) }.joined() + Self.entries.map { timed.text($0) }.joined()
            expectGolden("logs.\(suffix)", text)
            #expect(!text.contains("\u{1B}[2J") && !text.contains("\u{202E}"))
        }
        let lines = LogJSON.header + Self.entries.map(LogJSON.text).joined()
        expectGolden("logs.ndjson", lines)
        #expect(!lines.contains("\u{202E}"))
        let steering = LogJSON.text(Self.entry(10, "web.1.3f9c2a7b", "a\u{9B}2Jb\u{E0041}"))
        #expect(steering.contains("a\\u009b2Jb\\udb40\\udc41\""))
    }

    @Test("an instance keeps its colour, and its neighbours have others")
    func colours() {
        let looks = (1...5).map { LogView.look(Self.entry(10, "web.\($0).3f9c2a7b", "")) }
        #expect(Set(looks).count == 5)
        #expect(looks == (1...5).map { LogView.look(Self.entry(50, "web.\($0).ffffffff", "other")) })
    }

    @Test("lines of several instances come in the order of their times, however they arrive")
    func order() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            var order = LogOrder()
            var printed: [LogEntry] = []
            var now = Duration.zero
            // Each line arrives at most as late as lines are waited for.
            let lines = (0..<60)
                .map { number -> (LogEntry, Duration) in
                    let entry = Self.entry(10 + number / 2, "web.\(number % 3 + 1).x", "\(number)")
                    return (entry, .seconds(number / 2) + .milliseconds(Int.random(in: 0..<200, using: &random)))
                }
            for (entry, arrival) in lines.sorted(by: { $0.1 < $1.1 }) {
                while now < arrival {
                    printed += order.due(at: now)
                    now += .milliseconds(50)
                }
                order.add(entry, at: arrival)
            }
            printed += order.rest()
            #expect(printed.map(\.time) == printed.map(\.time).sorted())
            #expect(printed.count == 60)
        }
    }

    @Test("--since takes a duration or a time")
    func times() {
        let now = SampleState.now
        func since(_ text: String) -> String? { LogTime.parse(text, now: now) }
        #expect(since("1m30s") == LogTime.text(SampleState.ago(90)))
        #expect(since("2026-11-21T06:42:00Z") == "2026-11-21T06:42:00.000000000Z")
        #expect(since("2026-11-21T01:12:00.5+02:30") == "2026-11-20T22:42:00.500000000Z")
        #expect(since("2024-03-01T00:00:00-00:01") == "2024-03-01T00:01:00.000000000Z")
        #expect(since("2024-02-29T23:59:59.123456789Z") == "2024-02-29T23:59:59.123456789Z")
        #expect(since(now.text).map { $0.hasPrefix(String(now.text.dropLast())) } == true)
        for wrong in ["", "10", "yesterday", "2026-11-21", "2026-13-21T06:42:00Z", "2026-11-21T06:42:00", "-5m"] {
            #expect(since(wrong) == nil, "\(wrong)")
        }
    }

    @Test("services and instances are chosen by name, place and id")
    func selection() {
        let inventory = SampleStatus.troubled.inventory
        func chosen(_ names: String...) -> [String] { LogSelection(names).instances(inventory).map(\.id) }
        #expect(chosen().count == 9)
        #expect(chosen("api", "web.2") == ["api.1.3f9c2a7b", "api.2.3f9c2a7b", "web.2.3f9c2a7b"])
        #expect(chosen("web.3.3f9c2a7b") == ["web.3.3f9c2a7b"])
        let unknown = LogSelection(["web", "wbe"]).unknown(inventory)
        #expect(unknown?.name == "wbe" && unknown?.suggestion == "web")
        #expect(LogSelection(["migrate"]).isOver(inventory))
        #expect(!LogSelection(["migrate", "db"]).isOver(inventory))
        #expect(LogSelection(["gone"]).isOver(inventory))
    }
}
