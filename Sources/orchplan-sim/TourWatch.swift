import Glibc
import Simulation

/// Says on standard error how far a long tour is, and tells of seeds that fail at once: a night is long.
struct TourWatch: Sendable {
    let news: TourNews
    let total: Int
    let faults: FaultChoice
    /// From one word to the next: a night needs fewer.
    private static let pauses = [Duration](repeating: .seconds(10), count: 6) + [.seconds(60)]

    /// Tells until its task is cancelled.
    func run() async {
        let began = ContinuousClock.now
        var count = 0
        while (try? await Task.sleep(for: Self.pauses[min(count, Self.pauses.count - 1)])) != nil {
            count += 1
            for failure in news.newFailures() { Self.say(FailureView(failure, faults).lines.joined(separator: "\n")) }
            let played = news.played
            guard played > 0, played < total else { continue }
            let elapsed = Double((ContinuousClock.now - began) / .milliseconds(1)) / 1000
            let left = elapsed / Double(played) * Double(total - played)
            Self.say(
                "\(Figures.text(played)) of \(Figures.text(total)) seeds, \(Figures.text(Int(Double(played) / elapsed))) a second,"
                    + " about \(Figures.text(whole: Int(left))) left"
            )
        }
    }

    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
