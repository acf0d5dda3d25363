import ResourceModel

/// The life of one instance as a pure state machine: an event goes in, what is to be done comes out.
///
/// Times are durations since any fixed point of a monotonic clock; the machine never reads one.
package struct InstanceMachine: Sendable, Hashable {
    /// What happened.
    package enum Event: Sendable, Hashable {
        case start
        /// The sandbox is made and the command about to run.
        case spawned
        /// A live instance was found by a new agent.
        case adopted(wasHealthy: Bool)
        case spawnFailed(String)
        case probed(ProbeKind, ProbeResult)
        /// The whole process tree is gone.
        case exited(ExitStatus, message: String?)
        case restartDue
        case stop
        case drained
        case graceElapsed
    }

    /// What is to be done about it.
    package enum Effect: Sendable, Hashable {
        case spawn
        case beginProbes
        case endProbes
        /// Take it out of balancing, wait for its open connections at most this long, then send `.drained`.
        case drain(Duration)
        case signalCommand
        /// Send `.graceElapsed` after this time.
        case armGrace(Duration)
        case killTree
        /// Send `.restartDue` after this time.
        case armRestart(Duration)
        /// The instance is gone for good and its record may go.
        case remove
        case note(String)
    }

    package let policy: InstancePolicy
    package private(set) var phase = InstancePhase.pending
    package private(set) var isHealthy = false
    package private(set) var restarts = 0
    /// How its last run ended; nil where that was the agent's doing and says nothing of the instance.
    package private(set) var exitStatus: ExitStatus?
    /// Why it is as it is: what the probe said, or what the run that ended printed last.
    package private(set) var message: String?
    package private(set) var isStopping = false

    private var startedAt = Duration.zero
    private var healthySince: Duration?
    /// Whether the present run was healthy long enough to be started again at once.
    private var wasStable = false
    private var failuresInRow = 0
    private var attempts: [Duration] = []
    private var liveness = ProbeCounter()
    private var readiness = ProbeCounter()
    /// Whether it is being ended because its probe failed.
    private var isCondemned = false

    package init(policy: InstancePolicy, restarts: Int = 0) {
        self.policy = policy
        self.restarts = restarts
    }

    /// Takes one event at time `now`.
    package mutating func handle(_ event: Event, now: Duration) -> [Effect] {
        switch event {
        case .start: return begin()
        case .spawned: return spawned(now)
        case .adopted(let wasHealthy): return adopted(wasHealthy, now)
        case .spawnFailed(let text): return ended(nil, message: text, now)
        case .probed(let kind, let result): return probed(kind, result, now)
        case .exited(let status, let text): return ended(status, message: text, now)
        case .restartDue: return phase == .backoff ? begin() : []
        case .stop: return stop()
        case .drained: return drained()
        case .graceElapsed: return phase == .stopping || isCondemned ? [.killTree] : []
        }
    }

    /// What a record of an instance that was not alive says about it.
    package mutating func restore(phase: InstancePhase, exitStatus: ExitStatus?, message: String?) {
        self.phase = phase
        self.exitStatus = exitStatus
        self.message = message
    }

    private mutating func begin() -> [Effect] {
        guard !isStopping else { return [.remove] }
        phase = .starting
        isHealthy = false
        isCondemned = false
        wasStable = false
        liveness = ProbeCounter()
        readiness = ProbeCounter()
        return [.spawn]
    }

    private mutating func spawned(_ now: Duration) -> [Effect] {
        guard phase == .starting else { return [] }
        startedAt = now
        guard !policy.isProbed else { return [.beginProbes] }
        becomeHealthy(now)
        // Without a probe nothing else would take back the word that it ended.
        return restarts > 0 ? [.note("runs again"), .beginProbes] : [.beginProbes]
    }

    private mutating func adopted(_ wasHealthy: Bool, _ now: Duration) -> [Effect] {
        phase = .starting
        startedAt = now
        if wasHealthy || !policy.isProbed { becomeHealthy(now) }
        return [.beginProbes]
    }

    private mutating func becomeHealthy(_ now: Duration) {
        phase = .running
        isHealthy = true
        message = nil
        if healthySince == nil { healthySince = now }
    }

    private mutating func becomeUnhealthy(_ text: String, _ now: Duration) {
        isHealthy = false
        leaveHealth(now)
        message = text
    }

    /// Remembers how long the health lasted that is over now.
    private mutating func leaveHealth(_ now: Duration) {
        guard let since = healthySince else { return }
        healthySince = nil
        if now - since >= policy.resetAfter { failuresInRow = 0 }
        if let stable = policy.stableAfter, now - since >= stable { wasStable = true }
    }

    // MARK: Stopping

    private mutating func stop() -> [Effect] {
        guard !isStopping else { return [] }
        isStopping = true
        switch phase {
        case .starting, .running:
            phase = .stopping
            isHealthy = false
            return isCondemned ? [] : [.endProbes, .drain(policy.drainTime)]
        case .pending, .backoff, .completed, .failed, .stopping:
            phase = .stopping
            return [.remove]
        }
    }

    private mutating func drained() -> [Effect] {
        guard phase == .stopping || isCondemned else { return [] }
        return [.signalCommand, .armGrace(policy.stopGracePeriod)]
    }

    // MARK: Endings

    /// - Parameter status: Nil: it never ran.
    private mutating func ended(_ status: ExitStatus?, message text: String?, _ now: Duration) -> [Effect] {
        if isStopping { return [.endProbes, .remove] }
        guard phase == .starting || phase == .running else { return [] }
        let succeeded = status?.isSuccess == true && !isCondemned
        if isCondemned {
            // How it took being stopped is not why it was.
            exitStatus = nil
            message = (message ?? "unhealthy") + ", so it was stopped"
        } else {
            exitStatus = status
            message = text
        }
        isHealthy = false
        leaveHealth(now)
        isCondemned = false
        return [.endProbes] + next(succeeded: succeeded, now)
    }

    private mutating func next(succeeded: Bool, _ now: Duration) -> [Effect] {
        let condition = policy.restart.condition
        if succeeded, policy.isJob || condition != .any {
            phase = .completed
            message = nil
            return [.note("completed")]
        }
        guard condition != .none, hasAttemptLeft(now) else {
            phase = .failed
            return [.note("failed: \(ending)")]
        }
        attempts.append(now)
        restarts += 1
        let delay = wasStable ? .zero : policy.backoff(afterFailures: failuresInRow)
        failuresInRow += wasStable ? 0 : 1
        phase = .backoff
        let time = delay > .zero ? "in \(delay.text)" : "at once"
        return [.note("ended (\(ending)), starts again \(time)"), .armRestart(delay)]
    }

    /// The end of the last run in words.
    private var ending: String {
        guard let exitStatus else { return message ?? "for an unknown reason" }
        return exitStatus.text + LastWords.appended(message)
    }

    private mutating func hasAttemptLeft(_ now: Duration) -> Bool {
        guard let most = policy.restart.maxAttempts else {
            attempts.removeAll()
            return true
        }
        guard let window = policy.restart.window, window > .zero else { return restarts < most }
        attempts.removeAll { now - $0 > window }
        return attempts.count < most
    }

    // MARK: Probes

    private mutating func probed(_ kind: ProbeKind, _ result: ProbeResult, _ now: Duration) -> [Effect] {
        guard phase == .starting || phase == .running, !isCondemned, let check = policy.check(kind) else { return [] }
        let age = now - startedAt
        let verdict =
            kind == .liveness
            ? liveness.count(result, check, age: age) : readiness.count(result, check, age: age)
        let gates = kind == .readiness || policy.readiness == nil
        switch verdict {
        case .good:
            guard gates, !isHealthy else { return [] }
            becomeHealthy(now)
            return [.note("healthy")]
        case .undecided:
            if !isHealthy { message = result.message }
            return []
        case .bad where kind == .readiness:
            guard isHealthy else { return [] }
            becomeUnhealthy("not ready: \(result.message)", now)
            return [.note("not ready: \(result.message)")]
        case .bad:
            becomeUnhealthy("unhealthy: \(result.message)", now)
            isCondemned = true
            return [.note("unhealthy: \(result.message)"), .endProbes, .drain(.zero)]
        }
    }
}
