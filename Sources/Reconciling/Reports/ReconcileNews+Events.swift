import Applying
import Planning
import Plans
import ResourceModel

// Every event that the loop logs, by its stable name.

extension ReconcileNews {
    static func started(_ policy: ReconcilePolicy) -> Self {
        let doing =
            policy.syncs
            ? policy.prunes ? "applying the manifests, deletions included" : "applying the manifests"
            : policy.repairs ? "repairing drift" : "reporting only"
        return Self(.info, "reconcile.started", "\(doing); a full look every \(policy.interval.text)")
    }

    static func stopped(_ code: Int32) -> Self { Self(.info, "reconcile.stopped", "ended with status \(code)") }

    static var interrupted: Self {
        Self(.info, "reconcile.interrupted", "finishing what is in flight; once more to leave at once")
    }

    static func manifestsBroken(_ summary: String, details: String, keepsLast: Bool) -> Self {
        Self(
            .error,
            "manifests.broken",
            "\(summary); " + (keepsLast ? "keeping what was declared before" : "nothing to compare with"),
            details: details.isEmpty ? nil : details
        )
    }

    static func manifestsRestored(_ count: Int) -> Self {
        Self(.info, "manifests.restored", "the manifests are good again: \(resources(count))")
    }

    static func manifestsChanged(_ count: Int) -> Self {
        Self(.info, "manifests.changed", "the manifests changed: \(resources(count))")
    }

    private static func resources(_ count: Int) -> String { count == 1 ? "1 resource" : "\(count) resources" }

    static func drift(_ item: DriftItem) -> Self {
        Self(
            .warning,
            "drift.found",
            "\(item.address) is not as recorded: \(item.description)",
            address: item.address,
            reason: item.description
        )
    }

    /// A change that is asked for and not made by this loop now.
    static func pending(_ step: PlanStep, refused: Bool, _ policy: ReconcilePolicy) -> Self {
        let why =
            refused
            ? "refused"
            : !policy.acts
                ? "reporting only"
                : !policy.syncs
                    ? "needs --sync"
                    : step.action == .delete && !policy.prunes ? "needs --prune" : "waits for something else"
        return Self(
            .info,
            "change.pending",
            "\(step.address) differs (\(step.action.rawValue)): \(why)",
            address: step.address,
            reason: step.reasons.map(\.text).joined(separator: "; ")
        )
    }

    static func held(_ past: PastFailure) -> Self {
        Self(
            .warning,
            "change.held",
            "\(past.failure.address) is not tried again: it failed as declared now, in revision \(past.revision);"
                + " change its manifest, or run orchplan apply",
            address: past.failure.address,
            reason: past.failure.message,
            revision: past.revision
        )
    }

    static func problem(_ problem: PlanProblem) -> Self {
        let help = problem.help.map { "; \($0)" } ?? ""
        return Self(
            .error,
            "change.refused",
            problem.message + help,
            address: problem.address,
            reason: problem.code.rawValue
        )
    }

    static func loadUnknown(_ address: ResourceAddress, _ why: String) -> Self {
        Self(
            .warning,
            "scale.held",
            "\(address) keeps its instances: \(why)",
            address: address,
            reason: why
        )
    }

    static func waitingForLock(_ holder: String) -> Self {
        Self(.info, "lock.waiting", "waiting for another run to end: \(holder)", reason: holder)
    }

    static func watchLost(_ failure: RoundFailure) -> Self {
        Self(
            .warning,
            "cluster.unwatched",
            "the driver tells no events: \(failure.message); looking at intervals",
            reason: failure.message
        )
    }

    static func roundFailed(_ failure: RoundFailure) -> Self {
        let help = failure.help.map { "; \($0)" } ?? ""
        return Self(.error, "round.failed", failure.message + help, reason: failure.message)
    }

    static var recovered: Self { Self(.info, "round.recovered", "rounds succeed again") }
    static var converged: Self { Self(.info, "converged", "everything is as declared") }

    /// What an interrupted apply left open, where nothing else was left to do.
    static func journalClosed(_ interruption: Interruption) -> Self {
        let resolved = interruption.operations
        let done = resolved.count { $0.outcome == .done }
        let what = resolved.count == 1 ? "1 operation" : "\(resolved.count) operations"
        var words: [String] = []
        if !resolved.isEmpty {
            let whose = "that an interrupted \(interruption.command) left open"
            words.append("looked up \(what) \(whose): \(done) done, \(resolved.count - done) not")
        }
        if let revision = interruption.closed {
            words.append("nothing is left to do of revision \(revision), which did not come to its end")
        }
        return Self(.info, "journal.closed", words.joined(separator: "; "))
    }

    static func stepDone(_ step: PlanStep, _ revision: Int?) -> Self {
        let reason = step.reasons.map(\.text).joined(separator: "; ")
        let isRepair = step.afterFingerprint == step.beforeFingerprint
        let event = step.isScaling ? "scale.done" : isRepair ? "repair.done" : "change.done"
        return Self(
            .info,
            event,
            "\(step.address): \(step.action.rawValue) done" + (reason.isEmpty ? "" : ": \(reason)"),
            address: step.address,
            reason: reason,
            revision: revision
        )
    }

    static func stepFailed(_ step: PlanStep, _ result: StepResult, _ revision: Int?, retryIn pause: Duration) -> Self {
        let message: String
        let ending: String
        // What went back or stands still is held, which is said by itself.
        switch result {
        case .failed(let text, _, _): (ending, message) = ("failed, next try in \(pause.seconds)", text)
        case .timedOut(let text, _): (ending, message) = ("timed out, next try in \(pause.seconds)", text)
        case .rolledBack(let text, _): (ending, message) = ("was rolled back", text)
        case .paused(let text, _): (ending, message) = ("is paused", text)
        case .interrupted(let text): (ending, message) = ("was interrupted", text)
        case .done, .stale, .unknown, .skipped: (ending, message) = ("ended unknown", "nobody saw the end")
        }
        return Self(
            .error,
            "step.failed",
            "\(step.address) \(ending): \(message)",
            address: step.address,
            reason: message,
            revision: revision
        )
    }

    static func applied(_ outcome: ApplyOutcome, _ summary: String, _ revision: Int?) -> Self {
        Self(
            outcome == .converged ? .info : .warning,
            "apply.finished",
            (revision.map { "revision \($0): " } ?? "") + summary,
            reason: RevisionOutcome(outcome).rawValue,
            revision: revision
        )
    }

    static func unsaved(_ text: String, _ revision: Int?) -> Self {
        Self(.error, "state.unsaved", text, revision: revision)
    }
}

extension Duration {
    /// Rounded to a tenth of a second: `2.1s`.
    fileprivate var seconds: String {
        let tenths = Int64((self / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10)s"
    }
}
