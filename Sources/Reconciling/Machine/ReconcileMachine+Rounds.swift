import Applying
import Planning
import Plans
import ResourceModel

extension ReconcileMachine {
    mutating func beginRound(_ now: Duration) {
        guard phase == .idle else {
            isAskedAgain = true
            return
        }
        isAskedAgain = false
        isAnsweredAgain = false
        due = nil
        began = now
        phase = .loading
        // Read each time: what tells of changes may have missed one.
        effects.append(.load)
    }

    mutating func loaded(_ reading: ManifestReading, _ now: Duration) {
        guard phase == .loading else { return }
        mustLoad = false
        switch reading {
        case .graph(let graph):
            if broken != nil { log(.manifestsRestored(graph.resources.count)) }
            if broken == nil, declared != nil, declared != graph { log(.manifestsChanged(graph.resources.count)) }
            broken = nil
            declared = graph
        case .broken(let summary, let details):
            metrics.manifestErrors += 1
            let text = summary + details
            if broken != text {
                log(.manifestsBroken(summary, details: details, keepsLast: declared != nil || policy.acts))
            }
            broken = text
        }
        phase = .surveying
        effects.append(.survey(declared))
    }

    mutating func surveyed(_ survey: Survey, _ now: Duration) {
        guard phase == .surveying else { return }
        let orders = scaleOrders(survey, now)
        let known = Set(survey.recorded.resources.map(\.address)).union(declared?.resources.map(\.address) ?? [])
        retries.keepOnly(known.contains)
        let verdict = RoundPlanner(
            policy: policy,
            capabilities: capabilities,
            declared: declared,
            survey: survey,
            waiting: retries.waiting(now: now),
            released: released,
            scaling: orders
        )
        .verdict()
        released.formUnion(verdict.overtaken)
        metrics.observe(survey)
        report(verdict)
        if let plan = verdict.doable {
            applying = plan
            phase = .applying
            health.activity = "applying"
            effects.append(.publish(metrics, health))
            effects.append(.apply(plan))
        } else if verdict.outlook == nil || (policy.acts && !verdict.problems.isEmpty && verdict.refused.isEmpty) {
            let problem = verdict.problems.first
            roundFailed(RoundFailure(problem?.message ?? "there is no plan", help: problem?.help), now)
        } else if policy.acts, verdict.outlook?.isEmpty == true,
            !survey.recorded.openOperations.isEmpty || survey.isInterrupted
        {
            // Otherwise every later difference of these resources would be blamed on that apply.
            closing = verdict
            phase = .closing
            effects.append(.closeJournal)
        } else {
            roundDone(verdict, now)
        }
    }

    /// The journal is closed, or whoever has the lock sees to it: the operations may well be that one's own.
    mutating func journalClosed(_ result: Result<Interruption, RoundFailure>, _ now: Duration) {
        guard phase == .closing, let verdict = closing else { return }
        closing = nil
        if case .success(let interruption) = result, !interruption.isNothing { log(.journalClosed(interruption)) }
        if interrupts > 0 {
            finish(policy.once ? 130 : 0)
        } else if case .failure(let failure) = result {
            roundFailed(failure, now)
        } else {
            roundDone(verdict, now)
        }
    }
}
