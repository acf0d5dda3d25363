import Applying
import Plans
import ResourceModel

/// An apply as a stream of JSON objects, one a line, for programs.
///
/// Before the first of them whoever starts an apply writes the plan, as `{"type":"plan","plan":{...}}`. Every event that
/// is written here has `type`, `time` (RFC 3339, UTC) and `elapsedMs` (since the start). Steps are named by `step` (the
/// position in the plan), `address` and `action`. The types, in the order in which they can come:
///
/// - `version`: `formatVersion`. Always the first event. A minor version adds types and members, a major may change them.
/// - `applyStarted`: `batches`, `steps`.
/// - `batchStarted`: `batch`, from 0.
/// - `stepStarted`
/// - `stepProgress`: `activity`; of instances `total` (that are to be), `ready` (that serve now, once that is known)
///   and, where others served before, `updated` (that are as they are to be, and healthy); `trouble` where something
///   goes wrong.
/// - `stepFinished`: `result` (`done`, `failed`, `rolledBack`, `paused`, `timedOut`, `interrupted`, `stale`, `unknown`,
///   `skipped`); with `message`, `help` and `logs` where there are some, and for a skipped step `reason` (`needs`,
///   `earlierFailure`, `interrupted`) and `needs` (an address).
/// - `interrupted`: the first interrupt arrived.
/// - `applyFinished`: `outcome` (`converged`, `failed`, `stale`, `rolledBack`, `paused`, `timedOut`, `interrupted`),
///   `exitCode`, `added`, `changed`, `destroyed`. Always last.
package struct ApplyEventView: Sendable {
    package static let formatVersion = "1.0"

    private let plan: Plan
    private let startedAt: Timestamp

    package init(_ plan: Plan, startedAt: Timestamp) {
        self.plan = plan
        self.startedAt = startedAt
    }

    /// The first line of the stream.
    package func header() -> String {
        line("version", at: .zero) { writer in
            writer.key("formatVersion")
            writer.string(Self.formatVersion)
        }
    }

    /// The line of one event, with its line break.
    package func line(_ event: ApplyProgress, at time: Duration) -> String {
        switch event {
        case .started(let batches, let steps):
            line("applyStarted", at: time) { writer in
                writer.member("batches", batches)
                writer.member("steps", steps)
            }
        case .batchStarted(let number): line("batchStarted", at: time) { $0.member("batch", number) }
        case .stepStarted(let step): line("stepStarted", at: time) { self.step(step, &$0) }
        case .stepStatus(let step, let status):
            line("stepProgress", at: time) { writer in
                self.step(step, &writer)
                writer.member("activity", status.activity.rawValue)
                if let updated = status.updated { writer.member("updated", updated) }
                if let ready = status.ready { writer.member("ready", ready) }
                writer.member("total", status.total)
                writer.member("trouble", status.trouble)
            }
        case .stepFinished(let step, let result):
            line("stepFinished", at: time) { writer in
                self.step(step, &writer)
                self.result(result, &writer)
            }
        case .interrupted: line("interrupted", at: time) { _ in }
        case .finished(let report): line("applyFinished", at: time) { self.report(report, &$0) }
        }
    }

    private func line(
        _ type: String,
        at time: Duration,
        _ members: (inout CanonicalWriter) -> Void
    ) -> String {
        let milliseconds = time.nanoseconds / 1_000_000
        var writer = CanonicalWriter(reservingCapacity: 256)
        writer.beginObject()
        writer.member("type", type)
        writer.member("time", Timestamp(milliseconds: startedAt.milliseconds + milliseconds).text)
        writer.member("elapsedMs", Int(milliseconds))
        members(&writer)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    private func step(_ number: Int, _ writer: inout CanonicalWriter) {
        writer.member("step", number)
        guard plan.steps.indices.contains(number) else { return }
        writer.member("address", "\(plan.steps[number].address)")
        writer.member("action", plan.steps[number].action.rawValue)
    }

    private func result(_ result: StepResult, _ writer: inout CanonicalWriter) {
        writer.member("result", Self.name(result))
        writer.member("message", result.message)
        writer.member("help", result.help)
        if !result.logs.isEmpty {
            writer.key("logs")
            result.logs.encode(to: &writer)
        }
        guard case .skipped(let reason) = result else { return }
        switch reason {
        case .needs(let step):
            writer.member("reason", "needs")
            if plan.steps.indices.contains(step) { writer.member("needs", "\(plan.steps[step].address)") }
        case .earlierFailure: writer.member("reason", "earlierFailure")
        case .interrupted: writer.member("reason", "interrupted")
        }
    }

    private func report(_ report: ApplyReport, _ writer: inout CanonicalWriter) {
        let counts = ApplyReportView(plan, report).counts
        writer.member("outcome", Self.name(report.outcome))
        writer.member("exitCode", Int(report.outcome.exitCode))
        writer.member("added", counts.add)
        writer.member("changed", counts.change)
        writer.member("destroyed", counts.destroy)
    }

    private static func name(_ result: StepResult) -> String {
        switch result {
        case .done: "done"
        case .failed: "failed"
        case .rolledBack: "rolledBack"
        case .paused: "paused"
        case .timedOut: "timedOut"
        case .interrupted: "interrupted"
        case .stale: "stale"
        case .unknown: "unknown"
        case .skipped: "skipped"
        }
    }

    private static func name(_ outcome: ApplyOutcome) -> String {
        switch outcome {
        case .converged: "converged"
        case .failed: "failed"
        case .stale: "stale"
        case .rolledBack: "rolledBack"
        case .paused: "paused"
        case .timedOut: "timedOut"
        case .interrupted: "interrupted"
        }
    }
}

extension CanonicalWriter {
    /// A key and its value; nothing for nil.
    fileprivate mutating func member(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    fileprivate mutating func member(_ name: StaticString, _ value: Int) {
        key(name)
        integer(Int64(value))
    }
}
