import Applying
import Plans

/// An apply told in plain lines, for logs and pipes: a line when something changes, a sign of life when nothing does.
package struct ApplyPlainView: Sendable {
    package private(set) var model: ApplyModel
    private var lastLine: [Int: String] = [:]
    private var lastSaid = Duration.zero

    /// After so long without a line, one says what is being waited for.
    package static let heartbeat = Duration.seconds(10)

    private let ellipsis: String

    package init(_ plan: Plan, _ format: ViewFormat) {
        model = ApplyModel(plan)
        ellipsis = format.glyphs.ellipsis
    }

    /// The lines that an event is worth; none when they would repeat what was said of the step last.
    package mutating func handle(_ event: ApplyProgress, at time: Duration) -> [StyledText] {
        model.handle(event, at: time)
        let lines = lines(for: event)
        if !lines.isEmpty { lastSaid = time }
        return lines
    }

    /// The sign of life, when it is due.
    package mutating func tick(at time: Duration) -> [StyledText] {
        guard time - lastSaid >= Self.heartbeat, model.report == nil else { return [] }
        let running = model.running
        guard !running.isEmpty else { return [] }
        lastSaid = time
        let parts = running.map { entry in
            let elapsed = Words.elapsed(time - entry.startedAt)
            guard case .running(let status?) = entry.phase, status.total > 0 else {
                return "\(entry.step.title) (\(elapsed))"
            }
            return "\(entry.step.title) (\(status.readiness), \(elapsed))"
        }
        return [StyledText("still waiting for " + Words.list(parts, limit: 5))]
    }

    private mutating func lines(for event: ApplyProgress) -> [StyledText] {
        let ellipsis = self.ellipsis
        switch event {
        case .started, .finished: return []
        case .batchStarted(let number):
            return model.batchCount > 1 ? [StyledText("batch \(number + 1) of \(model.batchCount)", .dim)] : []
        case .interrupted: return ["interrupted: finishing what is in flight, interrupt again to leave at once"]
        case .stepStarted(let step):
            return fresh(step) { "\($0.step.title): \($0.step.action.doing)\(ellipsis)" }
        case .stepStatus(let step, let status):
            return fresh(step) { entry in
                var text: StyledText = "\(entry.step.title): \(status.activity.words)\(ellipsis)"
                if status.total > 0 { text += " \(status.readiness)" }
                if let trouble = status.trouble { text += " (\(trouble, .yellow))" }
                return text
            }
        case .stepFinished(let step, let result):
            if result.isSkipped { return [] }
            return fresh(step) { entry in
                var text: StyledText = "\(entry.step.title): \(result.words(entry.step.action), result.look)"
                text += " after \(Words.elapsed(entry.endedAt - entry.startedAt))"
                if let message = result.message { text += ": \(message)" }
                return text
            }
        }
    }

    /// The line about a step, unless the last one about it said the same.
    private mutating func fresh(_ step: Int, _ make: (ApplyModel.Entry) -> StyledText) -> [StyledText] {
        guard model.entries.indices.contains(step) else { return [] }
        let line = make(model.entries[step])
        guard lastLine[step] != line.plain else { return [] }
        lastLine[step] = line.plain
        return [line]
    }
}
