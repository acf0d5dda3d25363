import ResourceModel

/// The parts of a service's spec that decide about the life of its instances.
package struct InstancePolicy: Sendable, Hashable {
    package var restart: RestartPolicy
    package var isJob: Bool
    package var stopGracePeriod: Duration
    package var liveness: HealthCheck?
    package var readiness: HealthCheck?

    package init(_ spec: ServiceSpec) {
        restart = spec.effectiveRestart
        isJob = spec.mode.isJob
        stopGracePeriod = spec.effectiveStopGracePeriod
        liveness = spec.healthcheck
        readiness = spec.readiness
    }

    package var isProbed: Bool { liveness != nil || readiness != nil }

    package func check(_ kind: ProbeKind) -> HealthCheck? {
        kind == .liveness ? liveness : readiness
    }

    /// How long open connections may keep an instance from being asked to stop: half the grace, five seconds at most.
    package var drainTime: Duration { min(stopGracePeriod / 2, .seconds(5)) }

    /// An instance that was healthy this long starts over with the shortest delay: the policy's window, or a minute.
    package var resetAfter: Duration { restart.window.flatMap { $0 > .zero ? $0 : nil } ?? .seconds(60) }

    /// An instance that was healthy this long is started again at once: it ended, it did not fail to start.
    ///
    /// Whoever waits longer only serves less; a loop of such runs is too slow to take much of a processor. A job's end
    /// is its result, so its next attempt waits as the policy says.
    package var stableAfter: Duration? { isJob ? nil : .seconds(2) }

    /// The wait before the next start: the policy's delay, doubled for each failure in a row, up to a minute.
    ///
    /// A delay of zero restarts at once the first time and counts as 100 ms from then on, so that a crash loop never
    /// takes a whole processor.
    package func backoff(afterFailures failures: Int) -> Duration {
        if failures == 0 { return restart.delay }
        let start = max(restart.delay, .milliseconds(100))
        let longest = max(restart.delay, .seconds(60))
        var delay = start
        for _ in 0..<min(failures, 20) where delay < longest { delay = delay * 2 }
        return min(delay, longest)
    }
}

/// What a probe is asked for.
package enum ProbeKind: Sendable, Hashable, CaseIterable {
    /// `healthcheck`: an instance that fails it is replaced.
    case liveness
    /// `readiness`: an instance that fails it gets no connections.
    case readiness
}

/// What one probe found.
package struct ProbeResult: Sendable, Hashable {
    package var isSuccess: Bool
    /// For people: the status, the error, the first line of a command's output.
    package var message: String

    package init(isSuccess: Bool, message: String) {
        self.isSuccess = isSuccess
        self.message = message
    }
}

/// Counts the results of one probe as the Engine does.
package struct ProbeCounter: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case good
        case undecided
        case bad
    }

    private var failures = 0
    private var hasSucceeded = false

    package init() {}

    /// The time in which failures before the first success do not count: the start period, or without one the
    /// interval, after which the Engine probes for the first time.
    static func graceTime(_ check: HealthCheck) -> Duration {
        check.startPeriod > .zero ? check.startPeriod : check.interval
    }

    /// Failures before the first success and within the grace time do not count; `retries` in a row are too many.
    package mutating func count(_ result: ProbeResult, _ check: HealthCheck, age: Duration) -> Verdict {
        if result.isSuccess {
            failures = 0
            hasSucceeded = true
            return .good
        }
        if !hasSucceeded, age < Self.graceTime(check) { return .undecided }
        failures += 1
        return failures >= max(1, check.retries) ? .bad : .undecided
    }
}
