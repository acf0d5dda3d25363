import Drivers
import Reconciling
import ResourceModel
import Testing

@testable import OrchplanCLI

@Suite("What the reconcile loop prints and serves")
struct ReconcileViewTests {
    private static let news: [ReconcileNews] = [
        ReconcileNews(.info, "reconcile.started", "applying the manifests; a full look every 30s"),
        ReconcileNews(
            .warning,
            "drift.found",
            "service/web is not as recorded: 1 of 3 instances missing",
            address: ResourceAddress(.service, "web")
        ),
        ReconcileNews(
            .error,
            "step.failed",
            "service/web was rolled back: \u{1B}[31mtricky\u{7}",
            address: ResourceAddress(.service, "web"),
            revision: 7
        ),
    ]

    @Test("the log, one line an event, with nothing in it that steers a terminal")
    func log() {
        for (suffix, format) in lookedAt where suffix.hasPrefix("100") {
            let text = Self.news.map { ReconcileLogView($0, at: SampleState.now).text(format) }.joined()
            expectGolden("reconcile-log.\(suffix)", text)
            #expect(text.split(separator: "\n").count == Self.news.count)
        }
    }

    @Test("addresses to listen on: a port alone is this machine's")
    func addresses() throws {
        let alone = try ListenAddress(parsing: "9464")
        #expect(alone.host == "127.0.0.1" && alone.port == 9464 && alone.isLoopback)
        #expect(try ListenAddress(parsing: ":0").isLoopback)
        let six = try ListenAddress(parsing: "[::1]:80")
        #expect(six.host == "::1" && six.isLoopback && six.shownHost == "[::1]")
        #expect(try !ListenAddress(parsing: "0.0.0.0:80").isLoopback)
        for bad in ["", "x", "1.2.3:4", "127.0.0.1:65536", "127.0.0.1:-1", "localhost:80", "127.0.0.1", "::1"] {
            #expect(throws: CommandFailure.self, "\(bad)") { try ListenAddress(parsing: bad) }
        }
    }

    @Test("the page: figures, health with its reason, and nothing else")
    func page() {
        let page = MetricsPage(time: FixedTime(now: .seconds(100)))
        #expect(page.answer("GET", "/healthz").status == 503)
        var health = ReconcileHealth()
        health.hasRun = true
        health.lastSuccess = .seconds(99)
        page.show(ReconcileMetrics(), health, lastSuccess: SampleState.now)
        #expect(page.answer("GET", "/healthz?verbose").status == 200)
        #expect(page.answer("HEAD", "/metrics").body.contains("last_success_timestamp_seconds 1795243320\n"))
        health.failure = "the agent does not answer"
        page.show(ReconcileMetrics(), health, lastSuccess: nil)
        let ill = page.answer("GET", "/healthz")
        #expect(ill.status == 503 && ill.body.contains("the agent does not answer"))
        #expect(page.answer("POST", "/metrics").status == 405)
        #expect(page.answer("GET", "/").status == 404)
    }

    @Test("a command's first word is the value; what fails, hangs or prints none is not")
    func command() async {
        #expect(await MetricCommand(words: ["printf", "12.5 jobs\n7\n"]).value() == 12.5)
        for words in [
            ["false"], ["echo", "many"], ["sh", "-c", "echo 3; exit 1"], ["/no/such/program"], ["true"],
            ["echo", "-4"],
            ["echo", "nan"], [],
        ] {
            #expect(await MetricCommand(words: words).value() == nil, "\(words)")
        }
    }
}

/// A clock that stands still.
private struct FixedTime: TimeSource {
    var now: Duration

    func sleep(for duration: Duration) async throws(CancellationError) { throw CancellationError() }
}
