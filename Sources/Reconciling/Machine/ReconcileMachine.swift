import Drivers
import Plans
import ResourceModel

/// Keeps a system as declared: looks, plans, applies what the policy allows, and looks again.
///
/// A struct without clock and I/O: events in, effects out. Level-triggered: events only make it look sooner, and every
/// decision is made from what was read in the same round, so that nothing has to be remembered over a restart.
package struct ReconcileMachine: Sendable {
    enum Phase: Sendable, Hashable {
        case idle
        case loading
        case surveying
        case applying
        /// Nothing is to be done, and an interrupted apply left its journal open.
        case closing
        case finished
    }

    let policy: ReconcilePolicy
    let capabilities: Capabilities
    var random: SimulationRandom
    var phase = Phase.idle
    var effects: [ReconcileEffect] = []
    /// When the round under way began.
    var began = Duration.zero
    /// When the next round is to begin; nil while one is under way.
    var due: Duration?
    /// Something happened while a round was under way, or shortly after one.
    var isAskedAgain = false
    /// The cluster began to answer while a round was under way, which may have failed of what was before.
    var isAnsweredAgain = false
    var interrupts = 0

    /// The last manifests that could be used.
    var declared: ResourceGraph?
    /// What is wrong with those that are there now; nil: nothing.
    var broken: String?
    /// Whether the manifests may be others than those that were read.
    var mustLoad = true

    /// What the round found, while the journal is being closed.
    var closing: Verdict?
    /// The plan that is being applied.
    var applying: Plan?
    /// Whether the wait for the lock was said.
    var isWaitingForLock = false
    /// What failed and is tried again later.
    var retries = Backoff<ResourceAddress>()
    /// The same for rounds as a whole.
    var roundRetry = Backoff<String>()
    /// What was last done to resources, and when.
    var done: [ResourceAddress: (at: Duration, fingerprint: Fingerprint?)] = [:]
    var released: Set<PastFailure> = []
    /// What was said and still holds; said again only after it has changed.
    var said: Set<String> = []
    var lastFailure: String?
    var isConverged: Bool?

    var autoscaler = Autoscaler()
    var meter = LoadMeter()
    var hasScaledServices = false

    var metrics = ReconcileMetrics()
    var health = ReconcileHealth()
    /// The worst end of an apply of this run, for `--once`.
    var worst: Int32 = 0

    package init(policy: ReconcilePolicy, capabilities: Capabilities) {
        var policy = policy
        if policy.syncs { policy.repairs = true }
        policy.options.targets = []
        policy.options.destroy = false
        policy.options.deleteVolumes = false
        self.policy = policy
        self.capabilities = capabilities
        random = SimulationRandom(seed: policy.seed)
        health.interval = policy.interval
    }

    package mutating func handle(_ event: ReconcileEvent, now: Duration) -> [ReconcileEffect] {
        effects = []
        guard phase != .finished else { return [] }
        switch event {
        case .start:
            log(.started(policy))
            if !policy.once { effects.append(.watchCluster) }
            beginRound(now)
        case .loaded(let reading): loaded(reading, now)
        case .surveyed(.success(let survey)): surveyed(survey, now)
        case .surveyed(.failure(let failure)): roundFailed(failure, now)
        case .lockHeld(let holder): lockHeld(holder, now)
        case .applied(let ending): applied(ending, now)
        case .journalClosed(let result): journalClosed(result, now)
        case .applyRefused(let failure):
            applying = nil
            if interrupts > 0 { finish(policy.once ? 130 : 0) } else { roundFailed(failure, now) }
        case .manifestsTouched:
            mustLoad = true
            wake(.manifests, after: ReconcilePolicy.debounce)
        case .clusterChanged: clusterChanged(now)
        case .clusterOpened: clusterOpened(now)
        case .clusterWatchEnded(let failure): watchEnded(failure, now)
        case .woke(let wake): woke(wake, now)
        case .interrupted: interrupted(now)
        }
        return effects
    }

    private mutating func woke(_ wake: ReconcileWake, _ now: Duration) {
        switch wake {
        case .round: beginRound(now)
        case .manifests:
            // New manifests may be what a failing loop waits for.
            roundRetry.clear("round")
            beginRound(now)
        case .clusterWatch: effects.append(.watchCluster)
        }
    }

    private mutating func clusterChanged(_ now: Duration) {
        roundRetry.clear("watch")
        said.remove("watch")
        guard phase == .idle else {
            isAskedAgain = true
            return
        }
        guard !roundRetry.isWaiting("round", now: now) else { return }
        // Events without end must not put the round off without end.
        guard due.map({ $0 > now + ReconcilePolicy.shortestPause }) ?? true else { return }
        nextRound(after: ReconcilePolicy.shortestPause, now)
    }

    /// A cluster that answers again is looked at at once, however long the last failures would have had it wait.
    private mutating func clusterOpened(_ now: Duration) {
        roundRetry.clear("round")
        isAnsweredAgain = phase != .idle
        clusterChanged(now)
    }

    private mutating func watchEnded(_ failure: RoundFailure?, _ now: Duration) {
        if let failure { say(.watchLost(failure), "watch") }
        wake(.clusterWatch, after: roundRetry.fail("watch", now: now, &random))
    }

    private mutating func interrupted(_ now: Duration) {
        interrupts += 1
        // The lock is let go of first.
        if phase == .closing, interrupts == 1 { return }
        guard phase == .applying else { return finish(policy.once ? 130 : 0) }
        if interrupts == 1 { log(.interrupted) }
        effects.append(.interruptApply)
    }

    mutating func finish(_ code: Int32) {
        phase = .finished
        log(.stopped(code))
        effects.append(.finish(code))
    }

    /// When the next look is due, without events.
    mutating func nextPeriod() -> Duration {
        random.jittered(hasScaledServices ? min(policy.interval, ReconcilePolicy.scaleInterval) : policy.interval)
    }

    mutating func nextRound(after time: Duration, _ now: Duration) {
        due = now + time
        wake(.round, after: time)
    }

    mutating func wake(_ wake: ReconcileWake, after time: Duration) { effects.append(.wake(wake, after: time)) }

    mutating func log(_ news: ReconcileNews) { effects.append(.log(news)) }

    /// Says something once, until it no longer holds.
    mutating func say(_ news: ReconcileNews, _ key: String) {
        if said.insert(key).inserted { log(news) }
    }
}
