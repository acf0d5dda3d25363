import Applying
import Plans
import ResourceModel

/// Shows an apply while it runs: the clock, the terminal and the stream around `ApplyPresenter`.
package actor ApplyDisplay {
    private var presenter: ApplyPresenter
    private let writer: TerminalWriter
    private let start = ContinuousClock.now
    private var ticker: Task<Void, Never>?

    package init(
        _ plan: Plan,
        mode: ApplyPresenter.Mode,
        format: ViewFormat,
        startedAt: Timestamp,
        writer: TerminalWriter
    ) {
        presenter = ApplyPresenter(plan, mode: mode, format: format, startedAt: startedAt)
        self.writer = writer
    }

    /// Shows an event; the first one starts the redrawing, the last one ends it.
    package func handle(_ event: ApplyProgress) {
        writer.write(presenter.handle(event, at: elapsed, size: TerminalSize.current()))
        if case .finished = event {
            stop()
        } else if ticker == nil {
            ticker = Task { [weak self] in
                while !Task.isCancelled {
                    guard (try? await Task.sleep(for: .milliseconds(250))) != nil, let self else { return }
                    await self.tick()
                }
            }
        }
    }

    /// Ends the display when the apply ends without a report: an error before anything started.
    package func close() {
        stop()
        writer.write(presenter.close(at: elapsed, size: TerminalSize.current()))
    }

    private var elapsed: Duration { start.duration(to: .now) }

    private func tick() {
        // A tick may have been on its way when the display ended.
        guard ticker != nil else { return }
        writer.write(presenter.tick(at: elapsed, size: TerminalSize.current()))
    }

    private func stop() {
        ticker?.cancel()
        ticker = nil
    }
}
