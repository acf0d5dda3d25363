import Drivers
import Plans
import ResourceModel

/// How a service step is about to end, once what is in the air has landed.
struct StepEnding: Sendable {
    enum Kind: Sendable, Equatable {
        case failed(help: String?)
        case paused
        case interrupted
        case timedOut
    }

    var kind: Kind
    var message: String
    /// Whether operations in flight are not waited for: the driver had its time.
    var isImmediate = false

    func result(logs: [String]) -> StepResult {
        switch kind {
        case .failed(let help): .failed(message: message, help: help, logs: logs)
        case .paused: .paused(message: message, logs: logs)
        case .interrupted: .interrupted(message: message)
        case .timedOut: .timedOut(message: message, logs: logs)
        }
    }
}

/// The last lines of the instance that failed, fetched before it is removed.
struct LogRequest: Sendable {
    private(set) var lines: [String] = []
    private var instance: String?
    private var isAsked = false
    private var isAnswered = false

    /// Asks once; the first failing instance is the one to report.
    mutating func want(_ instance: String?) {
        if self.instance == nil { self.instance = instance }
    }

    var isSettled: Bool { instance == nil || isAnswered }

    mutating func commands() -> [StepCommand] {
        guard let instance, !isAsked else { return [] }
        isAsked = true
        return [.fetchLogs(instance), .wake(.logs, after: .seconds(5))]
    }

    mutating func receive(_ instance: String, _ lines: [String]) {
        guard instance == self.instance, !isAnswered else { return }
        self.lines = lines
        isAnswered = true
    }

    mutating func giveUp() { isAnswered = isAnswered || isAsked }
}

/// The time that a step may go without progress.
struct StepDeadline: Sendable {
    private var lastProgress: Duration = .zero
    private var isArmed = false
    private var hasBegun = false

    mutating func progress(_ now: Duration) { lastProgress = max(lastProgress, now) }

    mutating func arm(now: Duration, timeout: Duration) -> [StepCommand] {
        if !hasBegun {
            hasBegun = true
            lastProgress = now
        }
        guard !isArmed else { return [] }
        isArmed = true
        return [.wake(.deadline, after: lastProgress + timeout - now)]
    }

    /// Whether the time is up; otherwise the next `arm` sets the alarm anew.
    mutating func woke(now: Duration, timeout: Duration) -> Bool {
        isArmed = false
        guard now >= lastProgress + timeout else { return false }
        // What is still to do before the step ends gets as much time again.
        lastProgress = now
        return true
    }
}

/// Whether the service is watched, and what to do when the watch breaks off.
struct WatchState: Sendable {
    private var isWanted = false
    private var needsWatch = false
    private var needsPause = false
    /// The driver's last error, and since when it has told nothing; nil: it answers.
    private(set) var silence: (error: DriverError, since: Duration)?

    mutating func begin() {
        isWanted = true
        needsWatch = true
    }

    mutating func fail(_ error: DriverError, now: Duration) {
        needsPause = isWanted
        missed(error, now: now)
    }

    mutating func missed(_ error: DriverError, now: Duration) { silence = (error, silence?.since ?? now) }
    mutating func heard() { silence = nil }

    mutating func retry() { needsWatch = isWanted }

    mutating func commands(_ service: String) -> [StepCommand] {
        defer {
            needsWatch = false
            needsPause = false
        }
        if needsPause { return [.wake(.watch, after: .seconds(1))] }
        return needsWatch ? [.watch(service)] : []
    }

    mutating func end(_ service: String) -> [StepCommand] {
        defer { isWanted = false }
        return isWanted ? [.unwatch(service)] : []
    }
}
