import Drivers
import Plans
import ResourceModel

/// Slots that change together.
///
/// The next wave begins when every slot of this one is over and what it started has been healthy for the time that the
/// policy asks for.
struct Wave: Sendable {
    enum Purpose: Sendable {
        case removals
        case additions
        case replacements
    }

    let purpose: Purpose
    let order: UpdateOrder
    /// How long the new instances are watched once all are healthy.
    let monitor: Duration
    /// The pause before the next wave.
    let delay: Duration
    private(set) var changes: [SlotChange]
    /// The slot that each operation in flight belongs to.
    private(set) var operations: [String: Int] = [:]
    private var outcomes: [String: Bool] = [:]

    init(_ purpose: Purpose, _ changes: [SlotChange], order: UpdateOrder, monitor: Duration, delay: Duration) {
        self.purpose = purpose
        self.changes = changes
        self.order = order
        self.monitor = monitor
        self.delay = delay
    }

    var isOver: Bool { changes.allSatisfy(\.isOver) }
    var isInTheAir: Bool { !operations.isEmpty || changes.contains(where: \.isInTheAir) }
    /// Whether every slot of the wave that was touched is over.
    var isSettled: Bool { changes.allSatisfy { $0.isOver || $0.state == .waiting } }
    var hasStartedAll: Bool { changes.allSatisfy { $0.isOver || $0.state == .settling } }

    /// Whether what the wave started is healthy now, failures aside.
    func isHealthy(_ tracker: InstanceTracker) -> Bool {
        changes.allSatisfy { change in
            guard let launch = change.new.flatMap({ tracker[$0] }), launch.failure == nil else { return true }
            return launch.isHealthy
        }
    }

    /// Moves every slot as far as it can go now.
    ///
    /// - Parameters:
    ///   - mayStart: Whether slots that are still untouched may be touched.
    ///   - mayRetire: Whether old instances may go once the new one beside them is healthy.
    mutating func advance(
        task: inout StepTask,
        template: Fingerprint,
        fingerprint: Fingerprint,
        tracker: inout InstanceTracker,
        budget: inout ChangeBudget,
        mayStart: Bool,
        mayRetire: Bool
    ) -> [StepOperation] {
        var issued: [StepOperation] = []
        let id = task.step.id
        for index in changes.indices where !changes[index].isOver {
            let change = changes[index]
            switch change.state {
            case .waiting:
                guard mayStart, budget.take(id) else { continue }
                if change.old.isEmpty || (order == .startFirst && change.starts) {
                    issued.append(start(index, &task, template, fingerprint, &tracker))
                } else {
                    changes[index].state = .stopping(left: change.old.count)
                    issued += stop(index, &task, fingerprint)
                }
            case .stopping(left: 0):
                if change.starts {
                    issued.append(start(index, &task, template, fingerprint, &tracker))
                } else {
                    finish(index, .finished, id, &budget)
                }
            case .settling:
                guard let launch = change.new.flatMap({ tracker[$0] }) else { continue }
                if launch.failure != nil {
                    finish(index, .failed, id, &budget)
                } else if launch.isHealthy {
                    let left = change.old.count - change.stopped
                    if left > 0, mayRetire {
                        changes[index].state = .retiring(left: left)
                        issued += stop(index, &task, fingerprint)
                    } else if left == 0 {
                        finish(index, .finished, id, &budget)
                    }
                }
            case .retiring(left: 0): finish(index, .finished, id, &budget)
            case .stopping, .starting, .retiring, .finished, .failed: continue
            }
        }
        return issued
    }

    private mutating func finish(_ index: Int, _ state: SlotChange.State, _ step: Int, _ budget: inout ChangeBudget) {
        changes[index].state = state
        budget.release(step)
    }

    private mutating func start(
        _ index: Int,
        _ task: inout StepTask,
        _ template: Fingerprint,
        _ fingerprint: Fingerprint,
        _ tracker: inout InstanceTracker
    ) -> StepOperation {
        let operation = task.nextOperationID()
        let slot = changes[index].slot
        let instance = task.instanceID(slot: slot, operation: operation)
        changes[index].state = .starting
        changes[index].new = instance
        operations[operation] = index
        tracker.add(instance)
        return StepOperation(
            id: operation,
            text: "start instance \(task.address.name).\(slot)",
            action: .startInstance(service: task.address.name, slot: slot, id: instance, template: template),
            fingerprint: fingerprint
        )
    }

    private mutating func stop(_ index: Int, _ task: inout StepTask, _ fingerprint: Fingerprint) -> [StepOperation] {
        changes[index].old
            .map { instance in
                let operation = task.nextOperationID()
                operations[operation] = index
                return StepOperation(
                    id: operation,
                    text: "stop instance \(instance)",
                    action: .stopInstance(service: task.address.name, id: instance),
                    fingerprint: fingerprint
                )
            }
    }

    /// The driver answered; returns an error that the step cannot go on with.
    mutating func performed(
        _ id: String,
        _ result: Result<OperationResult, DriverError>,
        _ tracker: inout InstanceTracker
    ) -> DriverError? {
        guard let index = operations[id] else { return nil }
        switch result {
        case .success: outcomes[id] = true
        case .failure(let error):
            outcomes[id] = false
            guard changes[index].state == .starting, let new = changes[index].new else { return error }
            let reason = "instance \(new) could not be started: \(error.message)"
            tracker.reject(new, reason: reason, help: error.help)
        }
        return nil
    }

    /// The operation is over; returns whether it is one.
    mutating func settled(_ id: String) -> Bool {
        guard let index = operations.removeValue(forKey: id) else { return false }
        let succeeded = outcomes.removeValue(forKey: id) ?? false
        switch changes[index].state {
        case .starting: changes[index].state = .settling
        case .stopping(let left) where succeeded:
            changes[index].state = .stopping(left: left - 1)
            changes[index].stopped += 1
        case .retiring(let left) where succeeded:
            changes[index].state = .retiring(left: left - 1)
            changes[index].stopped += 1
        // An old instance that could not be stopped: the step fails, the slot keeps what it has.
        case .stopping, .retiring: changes[index].state = .failed
        case .waiting, .settling, .finished, .failed: break
        }
        return true
    }
}
