import Drivers
import Glibc
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

    @Test("a command that has closed its output is not waited for beyond its time", .timeLimit(.minutes(1)))
    func closedOutput() async {
        let command = MetricCommand(
            words: ["sh", "-c", "echo 5; exec >/dev/null; sleep 300"],
            limit: .milliseconds(300)
        )
        #expect(await command.value() == nil)
    }

    @Test("whoever stops waiting for a command ends it and what it started", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // Every process of the command holds the writing end: it is closed when the last of them is gone.
        let held = "/proc/\(getpid())/fd/\(ends[1])"
        let script = "exec 3>\(held); echo started >&3; sleep 300 & sleep 300"
        let waiting = Task { await MetricCommand(words: ["sh", "-c", script], limit: .seconds(50)).value() }
        var bytes = [UInt8](repeating: 0, count: 64)
        let first = read(ends[0], &bytes, bytes.count)
        #expect(first == 8)
        close(ends[1])
        waiting.cancel()
        #expect(await waiting.value == nil)
        let last = read(ends[0], &bytes, bytes.count)
        #expect(last == 0)
    }
}

/// A clock that stands still.
private struct FixedTime: TimeSource {
    var now: Duration

    func sleep(for duration: Duration) async throws(CancellationError) { throw CancellationError() }
}
