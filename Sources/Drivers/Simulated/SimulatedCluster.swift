import ResourceModel

/// A deterministic cluster: objects, services and instances that change only when its time is moved.
///
/// Pure: the same options and the same calls at the same times give the same cluster, so that a failure replays from
/// its seed.
package struct SimulatedCluster: Sendable {
    struct Service: Sendable {
        var definition: ServiceDefinition
        var labels: OwnershipLabels
        var instances: [SimulatedInstance] = []
        var rollout: NativeRollout?
    }

    /// A call on its way through the cluster.
    struct Call: Sendable {
        var operation: Operation
        var actAt: Duration?
        var answerAt: Duration?
        /// An error that is said whatever was done.
        var lie: DriverError?
        var result: Result<OperationResult, DriverError>?
    }

    package internal(set) var options: SimulationOptions
    package private(set) var now = Duration.zero
    /// What happened, in order, one line each: `1.2s start instance web.1.0badcafe`.
    package private(set) var log: [String] = []
    /// Counts every change, so that watchers know when to look.
    package private(set) var version = 0
    var objects: [ObservedObject] = []
    var services: [String: Service] = [:]
    /// The faults that struck, by their place in the options, in order.
    package private(set) var struck: [Int] = []
    /// The services that may have changed since somebody last took note of them.
    private var touched: Set<String> = []
    /// When the next instance of a service changes by itself, so that time moves without a look at every service.
    private var due: [String: Duration] = [:]
    /// The services with a native rollout on its way.
    private var rolling: Set<String> = []
    private var done: [String: OperationResult] = [:]
    private(set) var calls: [Call] = []
    /// The holders of the state's lock that it was told of.
    var epochs = EpochMemory()
    /// The operations that changed something since somebody last took note of them, in order.
    private var effective: [String] = []
    private var matches: [Int: Int] = [:]
    private var generator: SimulationRandom

    package init(_ options: SimulationOptions = SimulationOptions()) {
        self.options = options
        generator = SimulationRandom(seed: options.seed)
    }

    package var capabilities: Capabilities {
        Capabilities(driver: "simulated", nativeRollout: options.nativeRollout)
    }

    /// The same cluster under other rules and faults; what is there goes on as it was.
    package func behaving(_ options: SimulationOptions) -> SimulatedCluster {
        var copy = self
        copy.options = options
        copy.matches = [:]
        copy.struck = []
        return copy
    }

    // MARK: - Calls

    /// Hands an operation to the cluster; the answer comes out of `advance`, unless a fault swallows it.
    ///
    /// - Parameter longer: How much longer than usual it takes.
    package mutating func submit(_ operation: Operation, taking longer: Duration = .zero) {
        var call = Call(operation: operation)
        let duration = varied(options.answerTime) + longer
        call.answerAt = now + duration
        do throws(DriverError) { try admit(operation.epoch) } catch {
            call.lie = error
            calls.append(call)
            return
        }
        call.actAt = now + duration
        for (index, fault) in options.faults.enumerated() where fits(fault, operation) {
            matches[index, default: 0] += 1
            guard fault.nth == nil || fault.nth == matches[index] else { continue }
            struck.append(index)
            let message = "\(operation.action.kind.rawValue) \(operation.action.target) failed"
            switch fault.effect {
            case .error(let code):
                call.actAt = nil
                call.lie = DriverError(code, message)
            case .errorButDone(let code): call.lie = DriverError(code, message)
            case .hang(let isDone):
                call.answerAt = nil
                if !isDone { call.actAt = nil }
            case .delay(let time):
                call.actAt = now + duration + time
                call.answerAt = now + duration + time
            }
        }
        if let actAt = call.actAt, done[operation.id] == nil {
            let stopTime = beginStopping(operation.action)
            call.actAt = actAt + stopTime
            call.answerAt = call.answerAt.map { $0 + stopTime }
        }
        calls.append(call)
    }

    /// Takes instances that are to go out of the balance; returns how long the slowest takes to end.
    private mutating func beginStopping(_ action: OperationAction) -> Duration {
        switch action {
        case .stopInstance(let service, let id): return markStopping(service, id)
        case .removeService(let name):
            let ids = services[name]?.instances.map(\.observed.id) ?? []
            return ids.map { markStopping(name, $0) }.max() ?? .zero
        default: return .zero
        }
    }

    private func fits(_ fault: SimulatedFault, _ operation: Operation) -> Bool {
        (fault.kind ?? operation.action.kind) == operation.action.kind
            && (fault.name ?? operation.action.target) == operation.action.target
    }

    private mutating func markStopping(_ service: String, _ id: String) -> Duration {
        guard let index = services[service]?.instances.firstIndex(where: { $0.observed.id == id }) else { return .zero }
        services[service]?.instances[index].observed.phase = .stopping
        services[service]?.instances[index].observed.isHealthy = false
        services[service]?.instances[index].next = nil
        rescheduled(service)
        return varied(services[service]?.instances[index].behaviour.stopTime ?? .zero)
    }

    /// A time, varied by the seed.
    mutating func varied(_ time: Duration) -> Duration {
        guard options.jitter > 0 else { return time }
        return time * Double.random(in: (1 - options.jitter)...(1 + options.jitter), using: &generator)
    }

    // MARK: - Time

    /// When something happens next; nil: never again by itself.
    package var nextChange: Duration? {
        var next: Duration?
        for call in calls {
            if let time = call.actAt ?? call.answerAt { next = min(next ?? time, time) }
        }
        for time in due.values { next = min(next ?? time, time) }
        return next
    }

    /// Takes note of a service that was changed: when its next change comes, and whether it rolls.
    mutating func rescheduled(_ name: String) {
        version += 1
        touched.insert(name)
        guard let service = services[name] else {
            due[name] = nil
            rolling.remove(name)
            return
        }
        let own = service.instances.lazy.compactMap(\.next?.at).min()
        let rollout = service.rollout?.nextChange(after: now)
        due[name] = own.map { min($0, rollout ?? $0) } ?? rollout
        if service.rollout?.isOver ?? true { rolling.remove(name) } else { rolling.insert(name) }
    }

    /// Takes note of a change that is about no service.
    mutating func noticed() { version += 1 }

    /// The services that may have changed since the last call, in the order of their names.
    package mutating func takeTouched() -> [String] {
        defer { touched.removeAll(keepingCapacity: true) }
        return touched.isEmpty ? [] : touched.sorted()
    }

    /// The operations that changed something since the last call, in order; counted where no log is kept.
    package mutating func takeEffective() -> [String] {
        defer { effective.removeAll(keepingCapacity: true) }
        return effective
    }

    /// Moves time on; returns the answers of the calls that were answered on the way, in order.
    package mutating func advance(to time: Duration) -> [(String, Result<OperationResult, DriverError>)] {
        var answers: [(String, Result<OperationResult, DriverError>)] = []
        while let next = nextChange, next <= time {
            now = max(now, next)
            stepInstances()
            for index in calls.indices where calls[index].result == nil {
                guard let actAt = calls[index].actAt, actAt <= now else { continue }
                calls[index].result = act(calls[index].operation)
                calls[index].actAt = nil
                version += 1
            }
            calls.removeAll { call in
                guard let answerAt = call.answerAt, answerAt <= now else {
                    return call.answerAt == nil && call.actAt == nil
                }
                if let lie = call.lie {
                    answers.append((call.operation.id, .failure(lie)))
                } else if let result = call.result {
                    answers.append((call.operation.id, result))
                }
                return true
            }
        }
        now = max(now, time)
        return answers
    }

    private mutating func stepInstances() {
        var names = rolling
        for (name, time) in due where time <= now { names.insert(name) }
        for name in names.sorted() {
            guard var service = services[name] else { continue }
            for index in service.instances.indices {
                while let at = service.instances[index].next?.at, at <= now {
                    service.instances[index].step()
                    let observed = service.instances[index].observed
                    note("instance \(observed.id) \(observed.phase.rawValue)\(observed.isHealthy ? " healthy" : "")")
                }
            }
            services[name] = service
            rescheduled(name)
            if service.rollout != nil { rollOn(name) }
        }
    }

    mutating func note(_ text: @autoclosure () -> String) {
        if options.keepsLog { log.append("\(now.text) \(text())") }
    }

    private mutating func act(_ operation: Operation) -> Result<OperationResult, DriverError> {
        if var earlier = done[operation.id] {
            earlier.wasAlreadyDone = true
            return .success(earlier)
        }
        note("\(operation.action.kind.rawValue) \(operation.action.target)")
        do throws(DriverError) {
            let result = try change(operation)
            done[operation.id] = result
            if !options.keepsLog { effective.append(operation.id) }
            return .success(result)
        } catch {
            return .failure(error)
        }
    }
}
