import ResourceModel

/// An instance in a simulated cluster and what it is going to do.
struct SimulatedInstance: Sendable {
    /// What happens to an instance when its time comes.
    enum Transition: Sendable {
        case runs
        case becomesHealthy
        /// Nil: the cluster ended it, because its probe failed.
        case ends(status: Int?)
        case starts
    }

    var observed: ObservedInstance
    var behaviour: InstanceBehaviour
    /// What an instance of this definition is; tells which objects it uses.
    let spec: ServiceSpec
    var next: (at: Duration, transition: Transition)?
    var ends = 0

    init(_ observed: ObservedInstance, _ behaviour: InstanceBehaviour, _ spec: ServiceSpec, at now: Duration) {
        self.observed = observed
        self.behaviour = behaviour
        self.spec = spec
        next = (now + behaviour.startTime, .runs)
    }

    /// Does what is next and decides what follows.
    mutating func step() {
        guard let (at, transition) = next else { return }
        next = nil
        switch transition {
        case .starts:
            observed.phase = .starting
            observed.restarts += 1
            next = (at + behaviour.startTime, .runs)
        case .runs:
            let isProbed = spec.readinessProbe != nil
            observed.phase = isProbed ? .starting : .running
            observed.isHealthy = !isProbed
            if let (status, after) = comingEnd, !isProbed || after <= behaviour.healthTime {
                next = (at + after, .ends(status: status))
            } else if isProbed, behaviour.course != .neverHealthy {
                next = (at + behaviour.healthTime, .becomesHealthy)
            }
        case .becomesHealthy:
            observed.phase = .running
            observed.isHealthy = true
            observed.message = nil
            if let (status, after) = comingEnd {
                next = (at + after - behaviour.healthTime, .ends(status: status))
            }
        case .ends(let status): end(status, at)
        }
    }

    private var comingEnd: (status: Int?, after: Duration)? {
        if case .sickens(let after) = behaviour.course { return (nil, after) }
        guard case .ends(let status, let after, let times) = behaviour.course, times.map({ ends < $0 }) ?? true else {
            return nil
        }
        return (status, after)
    }

    private mutating func end(_ status: Int?, _ at: Duration) {
        ends += 1
        observed.isHealthy = false
        observed.exitStatus = status.map { .code($0) }
        observed.message = status == nil ? "unhealthy: GET /healthz answered 500, so it was stopped" : nil
        let policy = spec.effectiveRestart
        let isSpent = policy.maxAttempts.map { observed.restarts >= $0 } ?? false
        let isOver =
            switch policy.condition {
            case .none: true
            case .onFailure: status == 0 || isSpent
            // Who has completed is not started again.
            case .any: isSpent || (spec.mode.isJob && status == 0)
            }
        if isOver {
            observed.phase = status == 0 ? .completed : .failed
        } else {
            observed.phase = .backoff
            next = (at + behaviour.restartDelay, .starts)
        }
    }

    /// Whether it mounts or reads the object of this name.
    func uses(_ name: String) -> Bool {
        spec.secrets.contains { $0.object == name } || spec.configs.contains { $0.object == name }
            || spec.environment.contains {
                switch $0.value {
                case .text: false
                case .secret(_, let object), .config(_, let object): object == name
                }
            }
    }
}
