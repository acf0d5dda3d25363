import Applying
import Planning
import Plans
import ResourceModel

extension ReconcileMachine {
    /// A round that found nothing more to do.
    mutating func roundDone(_ verdict: Verdict, _ now: Duration) {
        let differences = verdict.outlook?.steps.count ?? 0
        closeRound(now, differences == 0 ? .converged : .differs)
        metrics.differences = differences
        isWaitingForLock = false
        if said.remove("round") != nil { log(.recovered) }
        health.failure = nil
        let converged = differences == 0 && broken == nil
        if converged, isConverged != true { log(.converged) }
        isConverged = converged
        effects.append(.publish(metrics, health))
        if policy.once {
            return finish(worst != 0 ? worst : broken != nil ? 1 : differences > 0 ? 2 : 0)
        }
        var pause = nextPeriod()
        if let retry = retries.next(now: now) { pause = min(pause, max(retry - now, ReconcilePolicy.shortestPause)) }
        if isAskedAgain { pause = ReconcilePolicy.shortestPause }
        nextRound(after: pause, now)
    }

    /// A round that could not be gone through with.
    mutating func roundFailed(_ failure: RoundFailure, _ now: Duration) {
        closeRound(now, .failed)
        health.failure = failure.message
        isConverged = nil
        effects.append(.publish(metrics, health))
        // The same trouble again is said once; another one is news.
        if said.contains("round"), lastFailure != failure.message { said.remove("round") }
        lastFailure = failure.message
        say(.roundFailed(failure), "round")
        if policy.once { return finish(1) }
        if interrupts > 0 { return finish(0) }
        let pause = roundRetry.fail("round", now: now, &random)
        nextRound(after: isAnsweredAgain ? ReconcilePolicy.shortestPause : pause, now)
    }

    mutating func lockHeld(_ holder: String, _ now: Duration) {
        if phase == .closing { return journalClosed(.success(Interruption()), now) }
        guard phase == .applying else { return }
        applying = nil
        closeRound(now, .waiting)
        if !isWaitingForLock { log(.waitingForLock(holder)) }
        isWaitingForLock = true
        effects.append(.publish(metrics, health))
        if policy.once { return finish(4) }
        if interrupts > 0 { return finish(0) }
        // What is read after the wait decides: the other run changes what this plan was made from.
        nextRound(after: random.jittered(ReconcilePolicy.lockPause), now)
    }

    mutating func applied(_ ending: ApplyEnding, _ now: Duration) {
        guard phase == .applying, let plan = applying else { return }
        applying = nil
        isWaitingForLock = false
        let outcome = ending.report.outcome
        metrics.applied(plan, ending.report)
        for (step, result) in zip(plan.steps, ending.report.results) { take(result, of: step, ending, now) }
        for text in ending.unsaved { log(.unsaved(text, ending.revision)) }
        log(.applied(outcome, ending.report.summary(of: plan), ending.revision))
        closeRound(now, outcome == .converged ? .changed : .failed)
        if policy.once, outcome.exitCode != 0 { worst = max(worst, outcome.exitCode == 3 ? 0 : outcome.exitCode) }
        isConverged = nil
        health.failure = nil
        effects.append(.publish(metrics, health))
        if interrupts > 0 { return finish(policy.once ? 130 : 0) }
        if case .stale = outcome {
            // Somebody was faster. Not a failure, but never a reason to run in circles either.
            return nextRound(after: roundRetry.fail("round", now: now, &random), now)
        }
        nextRound(after: ReconcilePolicy.shortestPause, now)
    }

    private mutating func take(_ result: StepResult, of step: PlanStep, _ ending: ApplyEnding, _ now: Duration) {
        switch result {
        case .done:
            log(.stepDone(step, ending.revision))
            let last = done.updateValue((now, step.afterFingerprint), forKey: step.address)
            // What has to be done again and again is not done by doing the same faster.
            let churn = ReconcilePolicy.churn + retries.lastPause(step.address) * 2
            if !step.isScaling, let last, now - last.at < churn,
                last.fingerprint == step.afterFingerprint
            {
                _ = retries.fail(step.address, now: now, &random)
            } else {
                retries.clear(step.address)
            }
        case .failed, .timedOut, .unknown, .rolledBack, .paused:
            let pause = retries.fail(step.address, now: now, &random)
            log(.stepFailed(step, result, ending.revision, retryIn: pause))
        case .stale, .skipped, .interrupted: break
        }
    }

    private mutating func closeRound(_ now: Duration, _ outcome: ReconcileMetrics.Round) {
        phase = .idle
        health.activity = nil
        health.hasRun = true
        metrics.finished(outcome, took: now - began)
        guard outcome != .failed else { return }
        roundRetry.clear("round")
        health.lastSuccess = now
    }
}

extension PlanStep {
    /// Whether the step follows the load.
    var isScaling: Bool {
        reasons.contains { if case .autoscaled = $0 { true } else { false } }
    }
}
