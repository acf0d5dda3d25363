import ResourceModel
import Testing

@testable import OrchplanCLI

@Suite("Status as it changes")
struct StatusWatchTests {
    private static func later(_ input: StatusInput, _ seconds: Int64) -> StatusReport {
        var input = input
        input.now = Timestamp(milliseconds: input.now.milliseconds + seconds * 1000)
        return StatusReport(input)
    }

    /// A project that starts, crashes and recovers.
    private static let story: [StatusReport] = [
        later(SampleStatus.well, 0), later(SampleStatus.well, 5), later(SampleStatus.troubled, 6),
        later(SampleStatus.rollingOut, 9), later(SampleStatus.well, 12),
    ]

    @Test(
        "in place: each frame takes the place of the last, whatever the window does, and nothing stays but the last",
        arguments: [60, 100]
    )
    func live(width: Int) {
        var screen = Screen(width: width, height: 20)
        screen.write("what was there\n")
        var presenter = StatusPresenter(mode: .live, format: ViewFormat(width: width))
        var size = TerminalSize(width: width, height: 20)
        var frames = ""
        for (number, report) in Self.story.enumerated() {
            if number == 3 {
                size = TerminalSize(width: width - 12, height: 14)
                screen.narrow(to: width - 12)
            }
            screen.write(presenter.show(report, size: size))
            frames += "--- \(report.now.text)\n\(screen.text)"
        }
        screen.write(presenter.fail("the agent does not answer", size: size))
        frames += "--- no answer\n\(screen.text)"
        screen.write("^C" + presenter.close(size: size))
        frames += "--- closed\n\(screen.text)"
        expectGolden("status-watch.\(width).txt", frames)
    }

    @Test("a window that got narrower shows what one of that width shows from the start", arguments: [99, 60, 45, 20])
    func narrowed(width: Int) {
        var screen = Screen(width: 100, height: 12)
        var presenter = StatusPresenter(mode: .live, format: ViewFormat(width: 100))
        let report = StatusReport(SampleStatus.troubled)
        screen.write(presenter.show(report, size: TerminalSize(width: 100, height: 12)))
        screen.narrow(to: width)
        screen.write(presenter.show(report, size: TerminalSize(width: width, height: 12)))
        var fresh = Screen(width: width, height: 12)
        var other = StatusPresenter(mode: .live, format: ViewFormat(width: width))
        fresh.write(other.show(report, size: TerminalSize(width: width, height: 12)))
        #expect(screen.text == fresh.text)
        screen.write(presenter.close(size: TerminalSize(width: width, height: 12)))
        fresh.write(other.close(size: TerminalSize(width: width, height: 12)))
        #expect(screen.text == fresh.text)
    }

    @Test("while it is suspended the shell has its own screen back, and then the same status is drawn again")
    func suspended() {
        let size = TerminalSize(width: 90, height: 20)
        var screen = Screen(width: 90, height: 20)
        screen.write("$ orchplan status --watch\n")
        let before = screen.text
        var presenter = StatusPresenter(mode: .live, format: ViewFormat(width: 90))
        let report = StatusReport(SampleStatus.troubled)
        screen.write(presenter.show(report, size: size))
        let shown = screen.text
        screen.write(presenter.suspend())
        #expect(screen.text == before && shown != before)
        #expect(presenter.suspend().isEmpty)
        screen.write(presenter.show(report, size: size))
        #expect(screen.text == shown)
    }

    @Test("a frame is never higher than the window, and its end stays")
    func height() {
        for height in 4...30 {
            var presenter = StatusPresenter(mode: .live, format: ViewFormat(width: 90))
            var screen = Screen(width: 90, height: height)
            screen.write(
                presenter.show(StatusReport(SampleStatus.troubled), size: TerminalSize(width: 90, height: height))
            )
            let lines = screen.text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count <= height + 1, "\(height)")
            if height > 8 { #expect(screen.text.contains("need attention"), "\(height)") }
            if height < 14 { #expect(screen.text.contains(" more"), "\(height)") }
        }
    }

    @Test("off a terminal: a line for each service, then one for each change and none for time alone")
    func lines() {
        var presenter = StatusPresenter(mode: .plain, format: ViewFormat())
        let texts = Self.story.map { presenter.show($0, size: nil) }
        #expect(texts[1].isEmpty)
        expectGolden("status-changes.txt", texts.joined())
    }

    @Test("as JSON: the whole status whenever it changed, each on a line")
    func ndjson() {
        var presenter = StatusPresenter(mode: .ndjson, format: ViewFormat())
        let texts = Self.story.map { presenter.show($0, size: nil) }
        #expect(texts.map(\.isEmpty) == [false, true, false, false, false])
        #expect(texts.joined().split(separator: "\n").allSatisfy { $0.hasPrefix("{\"formatVersion\":\"1.5\"") })
    }
}
