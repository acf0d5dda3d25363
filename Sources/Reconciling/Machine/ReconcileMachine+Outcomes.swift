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
        nextRound(after: roundRetry.fail("round", now: now, &random), now)
    }

    mutating func lockHeld(_ holder: String, _ now: Duration) {
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
        case .stale, .skipped: break
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
        metrics.successes += 1
    }

    // MARK: - Saying what was found

    /// Says what differs and what is held back, each once as long as it lasts.
    mutating func report(_ verdict: Verdict) {
        var current: Set<String> = []
        func news(_ key: String, _ make: @autoclosure () -> ReconcileNews) -> ReconcileNews? {
            current.insert(key)
            return said.contains(key) ? nil : make()
        }
        var found: [ReconcileNews?] = []
        for item in verdict.outlook?.drift ?? [] {
            let key = "drift \(item.address) \(item.description)"
            if !said.contains(key) { metrics.driftFound += 1 }
            found.append(news(key, .drift(item)))
        }
        let doable = Set((verdict.doable?.steps ?? []).map(\.address))
        let held = Set(verdict.held.map(\.failure.address))
        for step in verdict.outlook?.steps ?? [] where !doable.contains(step.address) && !held.contains(step.address) {
            guard step.afterFingerprint != step.beforeFingerprint || step.action == .delete else { continue }
            let key = "pending \(step.address) \(step.action) \(step.afterFingerprint?.short ?? "")"
            found.append(news(key, .pending(step, refused: verdict.refused.contains(step.address), policy)))
        }
        for past in verdict.held { found.append(news("held \(past.failure.address) \(past.revision)", .held(past))) }
        for problem in verdict.problems where problem.address != nil {
            found.append(news("problem \(problem.message)", .problem(problem)))
        }
        let kept = said.filter { key in
            !["drift ", "pending ", "held ", "problem "].contains { key.hasPrefix($0) }
        }
        said = kept.union(current)
        for case let item? in found { log(item) }
    }

    // MARK: - Load

    /// What the load of each scaled service asks for.
    mutating func scaleOrders(_ survey: Survey, _ now: Duration) -> [ResourceAddress: ScaleOrder] {
        meter.take(survey.measurements.map { Array($0.values) } ?? [], now: now)
        var orders: [ResourceAddress: ScaleOrder] = [:]
        let policies = survey.recorded.scalePolicies
        hasScaledServices = !policies.isEmpty
        autoscaler.keepOnly(Set(policies.keys))
        for service in survey.inventory.services {
            guard let policy = policies[service.address] else { continue }
            let load = meter.load(service, policy, survey.measurements, value: survey.values[service.address])
            let verdict = autoscaler.decide(
                service.address,
                policy,
                current: service.desiredReplicas,
                load: load,
                now: now
            )
            switch verdict {
            case .scale(let decision):
                said.remove("load \(service.address)")
                orders[service.address] = ScaleOrder(replicas: decision.to, why: decision.why)
            case .steady: said.remove("load \(service.address)")
            case .held(let why): say(.loadUnknown(service.address, why), "load \(service.address)")
            }
        }
        return orders
    }
}

extension PlanStep {
    /// Whether the step follows the load.
    var isScaling: Bool {
        reasons.contains { if case .autoscaled = $0 { true } else { false } }
    }
}

extension RecordedState {
    /// The services that follow their load, and how.
    package var scalePolicies: [ResourceAddress: ScalePolicy] {
        var policies: [ResourceAddress: ScalePolicy] = [:]
        for record in resources where record.address.kind == .service && record.resource.text.contains("\"scale\"") {
            guard let spec = (try? record.resource.decoded(Resource.self))?.spec.service, let scale = spec.scale,
                spec.mode == .replicated
            else { continue }
            policies[record.address] = scale
        }
        return policies
    }
}
