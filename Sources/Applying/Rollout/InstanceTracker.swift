import Plans
import ResourceModel

/// What became of the instances that a rollout started: healthy, failed, or not yet either.
struct InstanceTracker: Sendable {
    /// When an instance counts as failed.
    enum Rule: Sendable {
        /// Nothing ran before: an instance with a probe may stumble while what it talks to comes up.
        ///
        /// Without one nothing tells a stumble from a crash loop: then it has to run on from its first start.
        case creation(maximumRestarts: Int)
        /// SwarmKit's: any end or restart before the instance is healthy, or this long after.
        case update(monitor: Duration)
    }

    struct Launch: Sendable {
        var wasSeen = false
        var isHealthy = false
        var healthyAt: Duration?
        /// Why it failed; counted once.
        var failure: String?
    }

    struct Failure: Sendable {
        var instance: String
        var reason: String
        var help: String?
        /// Whether it ran, so that it may have printed something.
        var hasLogs = true
    }

    let rule: Rule
    let isProbed: Bool
    let isJob: Bool
    private(set) var launches: [String: Launch] = [:]
    private(set) var failures = 0
    /// The first instance that failed.
    private(set) var firstFailure: Failure?
    private(set) var healthy = 0
    /// Instances that the driver could not start, in the order in which it said so.
    private var refused: [Failure] = []
    /// Instances that were there before and are waited for.
    private var kept: Set<String> = []

    init(rule: Rule, isProbed: Bool, isJob: Bool) {
        self.rule = rule
        self.isProbed = isProbed
        self.isJob = isJob
    }

    subscript(id: String) -> Launch? { launches[id] }

    mutating func add(_ id: String) {
        launches[id] = Launch()
    }

    /// Waits for an instance that was there before, as for one that was started.
    mutating func keep(_ id: String) {
        guard launches[id] == nil else { return }
        launches[id] = Launch()
        kept.insert(id)
    }

    /// How many of the instances that were there before are ready.
    var keptHealthy: Int { kept.count { launches[$0]?.isHealthy == true } }

    /// The first of them that is not.
    var keptUnhealthy: String? { kept.sorted().first { launches[$0]?.isHealthy == false } }

    /// The driver could not start it.
    mutating func reject(_ id: String, reason: String, help: String?) {
        let failure = Failure(instance: id, reason: reason, help: help, hasLogs: false)
        refused.append(failure)
        fail(failure)
    }

    /// The first instance that is not there at all: nobody brings up what was never started, whatever is tolerated.
    var missing: Failure? { refused.first { launches[$0.instance]?.wasSeen == false } }

    /// Takes in the present state of the service; returns whether an instance became healthy that never was.
    mutating func observe(_ service: ObservedService?, now: Duration) -> Bool {
        var progressed = false
        var seen: Set<String> = []
        for instance in service?.instances ?? [] {
            guard var launch = launches[instance.id] else { continue }
            seen.insert(instance.id)
            launch.wasSeen = true
            let isHealthy = isReady(instance)
            healthy += (isHealthy ? 1 : 0) - (launch.isHealthy ? 1 : 0)
            launch.isHealthy = isHealthy
            let failure = failure(of: instance)
            if isHealthy, launch.healthyAt == nil, failure == nil {
                launch.healthyAt = now
                progressed = true
            }
            let isCounted = isWatched(launch, now)
            launches[instance.id] = launch
            if let failure, isCounted { fail(Failure(instance: instance.id, reason: failure)) }
        }
        for (id, launch) in launches where launch.wasSeen && !seen.contains(id) {
            if launch.isHealthy { healthy -= 1 }
            launches[id]?.isHealthy = false
            if isWatched(launch, now) { fail(Failure(instance: id, reason: "instance \(id) disappeared")) }
        }
        return progressed
    }

    private mutating func fail(_ failure: Failure) {
        guard let launch = launches[failure.instance], launch.failure == nil else { return }
        launches[failure.instance]?.failure = failure.reason
        failures += 1
        firstFailure = firstFailure ?? failure
    }

    private func isReady(_ instance: ObservedInstance) -> Bool {
        if isJob { return instance.phase == .completed }
        return isProbed ? instance.isHealthy : instance.phase == .running
    }

    private func isWatched(_ launch: Launch, _ now: Duration) -> Bool {
        guard case .update(let monitor) = rule, let healthyAt = launch.healthyAt else { return true }
        return now - healthyAt <= monitor
    }

    /// Why the instance, as it is now, counts as failed; nil: it does not.
    func failure(of instance: ObservedInstance) -> String? {
        let id = instance.id
        switch instance.phase {
        case .failed: return "instance \(id) failed\(instance.ending)"
        case .completed where !isJob: return "instance \(id) ended\(instance.ending)"
        case .backoff where mayNotRestart: return "instance \(id) ended\(instance.ending)"
        case .backoff, .pending, .starting, .running, .stopping, .completed: break
        }
        if mayNotRestart {
            return instance.restarts > 0 ? "instance \(id) was restarted\(instance.lastEnding)" : nil
        }
        guard case .creation(let maximum) = rule, instance.restarts >= maximum, instance.phase != .completed else {
            return nil
        }
        return "instance \(id) was restarted \(instance.restarts) times\(instance.lastEnding)"
    }

    /// Whether the first end of an instance is one too many.
    private var mayNotRestart: Bool {
        switch rule {
        case .update: true
        case .creation: !isProbed && !isJob
        }
    }
}

extension ObservedInstance {
    /// How its last run ended, after `ended`: ` with exit status 3: no such table`, `: unhealthy: no answer`.
    fileprivate var ending: String {
        let words = message.flatMap { $0.split(separator: "\n").first }.map(String.init)
        return (exitStatus.map { " with \($0.text)" } ?? "") + LastWords.appended(words)
    }

    /// The same of an instance that was started again; once it is, its message tells of the new run.
    fileprivate var lastEnding: String {
        if phase == .backoff { return ending.isEmpty ? "" : "; it ended last\(ending)" }
        return exitStatus.map { "; it ended last with \($0.text)" } ?? ""
    }
}
