import Applying
import Plans
import ResourceModel
import Testing

@testable import OrchplanCLI

@Suite("What an apply looks like")
struct ApplyViewTests {
    private let start = Timestamp(milliseconds: 1_795_243_320_000)

    /// Plays events and the ticks between them, as the display does, and gives every piece of output with its time.
    private func play(
        _ moments: [SampleApply.Moment],
        _ mode: ApplyPresenter.Mode,
        size: TerminalSize,
        _ observe: (Duration, String) -> Void
    ) {
        let format = ViewFormat(width: size.width)
        var presenter = ApplyPresenter(SampleApply.plan, mode: mode, format: format, startedAt: start)
        var now = Duration.zero
        for (time, event) in moments {
            while now < time {
                observe(now, presenter.tick(at: now, size: size))
                now += .milliseconds(250)
            }
            observe(time, presenter.handle(event, at: time, size: size))
        }
    }

    @Test("frames of the live region", arguments: [(60, 10), (100, 24), (160, 40)])
    func frames(width: Int, height: Int) {
        var model = ApplyModel(SampleApply.plan)
        var text = ""
        let format = ViewFormat(width: width)
        for (time, event) in SampleApply.failure {
            model.handle(event, at: time)
            let lines = ApplyLiveView(model).frame(at: time, height: height, format)
            #expect(lines.count <= height)
            #expect(lines.allSatisfy { $0.width <= width })
            text += "== \(time.text)\n" + format.painter.paint(lines)
        }
        expectGolden("live.\(width).txt", text)
    }

    @Test("a region that is too low counts what it leaves out, troubles first")
    func clipped() {
        var model = ApplyModel(SamplePlan.large)
        for step in 0..<40 { model.handle(.stepStarted(step: step), at: .zero) }
        let status = SampleApply.status(.waitingForHealth, 0, 1, "no answer")
        model.handle(.stepStatus(step: 33, status), at: .seconds(1))
        for (height, width) in (1...12).flatMap({ height in [(height, 100), (height, 60), (height, 30)] }) {
            let lines = ApplyLiveView(model).frame(at: .seconds(2), height: height, ViewFormat(width: width))
            #expect(lines.count <= height)
            #expect(lines.allSatisfy { $0.width <= width })
            #expect(lines.last?.plain.contains("0 of 242") == true)
            if height > 5 { #expect(lines[0].plain.contains("d-34")) }
            if height > 1 { #expect(lines.contains { $0.plain.contains(" more") }) }
        }
    }

    @Test("a screen shows what the region left there", arguments: [(60, 16), (100, 24)])
    func screen(width: Int, height: Int) {
        var screen = Screen(width: width, height: height)
        play(SampleApply.success, .live, size: TerminalSize(width: width, height: height)) { _, text in
            screen.write(text)
        }
        expectGolden("screen.\(width).txt", screen.text)
        #expect(!screen.text.contains(" changes  batch"), "the region is gone at the end")
    }

    @Test("what was healthy when the driver fell silent is not shown as if it were so now")
    func silence() {
        func dots(_ isSilent: Bool) -> String {
            var status = StepStatus(activity: .waitingForHealth, ready: 2, total: 3)
            status.isSilent = isSilent
            return Painter(isColoured: true).paint(ApplyLiveView.readiness(status, isNarrow: false, .unicode))
        }
        #expect(dots(false).contains("\u{1B}[32m") && !dots(true).contains("\u{1B}[32m"), "green")
    }

    @Test("a window that gets narrower leaves no rubbish behind")
    func narrowed() {
        var screen = Screen(width: 100, height: 30)
        var presenter = ApplyPresenter(
            SampleApply.plan,
            mode: .live,
            format: ViewFormat(width: 100),
            startedAt: start
        )
        let wide = TerminalSize(width: 100, height: 30)
        let narrow = TerminalSize(width: 40, height: 30)
        for (time, event) in SampleApply.beginning { screen.write(presenter.handle(event, at: time, size: wide)) }
        screen.write(presenter.tick(at: .seconds(16), size: wide))
        screen.narrow(to: 40)
        screen.write(presenter.tick(at: .seconds(17), size: narrow))
        #expect(screen.text.components("of 12").count == 2, "one total bar")
        #expect(screen.text.components("service/worker").count == 2, "one line about each change")
    }

    @Test("redrawing is limited to ten frames a second")
    func rate() {
        var frames = 0
        let size = TerminalSize(width: 80, height: 24)
        let storm = (0..<1000)
            .map { number -> SampleApply.Moment in
                let time = Duration.milliseconds(number)
                return (time, .stepStatus(step: 4, SampleApply.status(.updating, number % 7, 8)))
            }
        play(storm, .live, size: size) { _, text in if !text.isEmpty { frames += 1 } }
        #expect((5...11).contains(frames))
    }

    @Test("plain lines tell every change once and show life every ten seconds")
    func plain() {
        var text = ""
        var last = Duration.zero
        var gap = Duration.zero
        play(SampleApply.failure, .plain, size: TerminalSize(width: 100, height: 24)) { time, piece in
            guard !piece.isEmpty else { return }
            text += piece.split(separator: "\n").map { "\(Words.elapsed(time).padded(6))\($0)\n" }.joined()
            gap = max(gap, time - last)
            last = time
        }
        expectGolden("plain.txt", text)
        let lines = text.split(separator: "\n")
        #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.dropFirst(6) != $1.dropFirst(6) })
        #expect(gap <= .milliseconds(10_250))
    }

    @Test("events for programs")
    func events() throws {
        var text = ""
        play(SampleApply.failure, .ndjson, size: TerminalSize(width: 80, height: 24)) { _, piece in text += piece }
        expectGolden("events.ndjson", text)
        for line in text.split(separator: "\n") {
            let value = try CanonicalReader.parse(line.utf8)
            #expect(value["type"]?.string != nil)
            #expect(value["time"]?.string?.hasSuffix("Z") == true)
        }
    }

    @Test("reports of a success, a failure and every other end")
    func reports() {
        expectGolden("report-success") { ApplyReportView(SampleApply.plan, SampleApply.converged).lines($0) }
        expectGolden("report-failure") {
            ApplyReportView(SampleApply.plan, SampleApply.failed, nextCommand: "orchplan apply -e prod").lines($0)
        }
        let plan = Plan(
            project: "shop",
            lineage: "x",
            serial: 1,
            createdAt: start,
            driver: "local",
            steps: [SamplePlan.database]
        )
        let ends: [(StepResult, ApplyOutcome)] = [
            (.rolledBack(message: "db.1 did not become healthy", logs: ["FATAL: role"]), .rolledBack),
            (.paused(message: "db.1 did not become healthy", logs: []), .paused),
            (.timedOut(message: "no progress for 10m", logs: []), .timedOut),
            (.stale(.init(.secret, "db-password")), .stale(.init(.secret, "db-password"))),
            (.interrupted(message: "1 of 2 instances updated so far, 2 healthy in all"), .interrupted),
            (.unknown, .interrupted), (.skipped(.interrupted), .interrupted),
        ]
        var text = ""
        for (result, outcome) in ends {
            let report = ApplyReport(results: [result], outcome: outcome, elapsed: .seconds(75))
            text += ApplyReportView(plan, report).text(ViewFormat(width: 80)) + "----\n"
        }
        let lacks = [[SamplePlan.database.address], []]
            .flatMap { addresses in
                [false, true].map { RecordLack(addresses: addresses, isFenced: $0) }
            }
        for lack in lacks {
            let result = StepResult.failed(message: "the state could not be written", help: nil, logs: [])
            let report = ApplyReport(results: [result], outcome: .failed, elapsed: .seconds(75))
            let text = ApplyReportView(plan, report, lack: lack).text(ViewFormat(width: 80))
            #expect(!text.contains("What was done is recorded."))
            expectGolden("report-lack-\(lack.addresses.count)-\(lack.isFenced ? "fenced" : "unwritten").txt", text)
        }
        expectGolden("report-ends.txt", text)
    }

    @Test("a plan that is stale before anything was done says so of everything that it leaves")
    func refused() {
        let plan = Plan(
            project: "shop",
            lineage: "x",
            serial: 1,
            createdAt: Timestamp(milliseconds: 1_763_000_000_000),
            driver: "local",
            steps: [SamplePlan.network, SamplePlan.database]
        )
        let stale = StepResult.stale(.init(.service, "db"))
        func text(_ first: StepResult) -> String {
            let outcome = ApplyOutcome.stale(.init(.service, "db"))
            let report = ApplyReport(results: [first, stale], outcome: outcome, elapsed: .seconds(1))
            return ApplyReportView(plan, report).text(ViewFormat(width: 80))
        }
        let refused = text(.skipped(.earlierFailure))
        #expect(refused.contains("because the plan is stale") && !refused.contains("failed"), "\(refused)")
        #expect(refused.contains("Nothing was changed. Make a new plan"), "\(refused)")
        #expect(text(.done).contains("What was done is recorded. Make a new plan"))
    }

    @Test("last lines stay behind their rule, whole, and what repeats itself is told once")
    func excerpts() {
        let long =
            "FATAL: " + String(repeating: "0123456789", count: 9) + " could not bind, " + "see the log of the kernel"
        let lines = ["one", "again", "again", "again", long, "start", "stop", "start", "stop", "start", "end"]
        for width in [40, 80, 140] {
            let shown = LogExcerpt(lines).lines(ViewFormat(width: width))
            #expect(shown.allSatisfy { $0.width <= width && $0.plain.hasPrefix("    │ ") })
            // Nothing is lost: whoever searches finds every word, and the long one in its pieces.
            let text = shown.map { String($0.plain.dropFirst(6)) }
            let letters = text.joined().filter { $0 != " " }
            #expect(letters.contains(long.filter { $0 != " " }))
            #expect(text.first == "one" && text[1] == "again … 3 times")
            #expect(text.suffix(4) == ["stop", "… these 2 lines 2 times", "start", "end"])
        }
        #expect(LogExcerpt(lines).lines(ViewFormat()).count == 8)
    }

    @Test("what became of an interrupted apply's operations is said in words")
    func interruptedOperations() {
        func operation(_ name: String, _ action: String, _ outcome: OperationOutcome) -> OperationRecord {
            OperationRecord(
                id: name,
                plan: "p",
                address: ResourceAddress(.service, name),
                action: action,
                outcome: outcome,
                startedAt: start
            )
        }
        let one = [operation("web", "define web", .done)]
        let two = Interruption(operations: one + [operation("worker", "start instance worker.2", .failed)])
        let gone = [operation("web", "remove web", .failed)]
        expectGolden("interrupted") {
            InterruptedView(Interruption(operations: one)).lines($0) + [""]
                + InterruptedView(two).lines($0) + [""]
                + InterruptedView(Interruption(command: "destroy", operations: gone, closed: 18)).lines($0) + [""]
                + InterruptedView(Interruption(closed: 7)).lines($0)
        }
        #expect(InterruptedView(Interruption()).text(ViewFormat()).isEmpty)
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    fileprivate func components(_ separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
