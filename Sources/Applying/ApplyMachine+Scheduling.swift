import Drivers
import Plans
import ResourceModel

extension ApplyMachine {
    mutating func start(_ now: Duration) {
        began = now
        let steps = context.plan.steps
        effects.append(.progress(.started(batches: batches.count, steps: steps.count)))
        // Every step's, before the first starts: a plan that is stale anywhere is not applied in part.
        guard let (index, moved) = context.staleStep else { return }
        for index in steps.indices { results[index] = .skipped(.earlierFailure) }
        results[index] = .stale(moved)
        report(.stale(moved), now)
    }

    /// Starts what may start now; ends the apply when nothing is left.
    mutating func schedule(_ now: Duration) {
        while !isFinished {
            guard batch < batches.count else {
                if operations.isEmpty { report(outcome, now) }
                return
            }
            if mayStart {
                startReady(now)
            } else {
                skipWaiting()
            }
            guard isBatchOver else { return }
            batch += 1
            hasStartedBatch = false
        }
    }

    /// Whether the next batch may begin: this one has converged, or both only add to what is there and nothing of this
    /// one is left to do but to watch it.
    private var isBatchOver: Bool {
        guard batches[batch].allSatisfy({ results[$0] != nil || machines[$0] != nil }), concluding.isEmpty else {
            return false
        }
        if machines.isEmpty { return true }
        guard mayStart, failedBatch == nil, batch + 1 < batches.count else { return false }
        let steps = context.plan.steps
        return machines.allSatisfy { steps[$0.key].isAddition && $0.value.isOnlyWatched }
            && batches[batch + 1].allSatisfy { steps[$0].isAddition }
    }

    private var mayStart: Bool { interrupts == 0 && halt == nil }

    private mutating func startReady(_ now: Duration) {
        let hasEarlierFailure = failedBatch.map { $0 < batch } ?? false
        var moved = true
        while moved, mayStart {
            moved = false
            for index in batches[batch] where results[index] == nil && !isUnderWay(index) {
                switch readiness(of: index) {
                case .blocked(let need): conclude(index, .skipped(.needs(step: need)))
                case _ where hasEarlierFailure: conclude(index, .skipped(.earlierFailure))
                case .ready: begin(index, now)
                case .waiting: continue
                }
                moved = true
            }
        }
        if !mayStart { skipWaiting() }
        // Nothing is under way and nothing can start: the needs of what is left lead forward or in a circle.
        guard machines.isEmpty, concluding.isEmpty else { return }
        for index in batches[batch] where results[index] == nil {
            conclude(index, .failed(message: "the plan never lets this step start", help: "make a new plan", logs: []))
        }
    }

    private mutating func skipWaiting() {
        for index in batches[batch] where results[index] == nil && !isUnderWay(index) {
            if interrupts > 0 {
                conclude(index, .skipped(.interrupted))
            } else if case .blocked(let need) = readiness(of: index) {
                conclude(index, .skipped(.needs(step: need)))
            } else {
                conclude(index, .skipped(.earlierFailure))
            }
        }
    }

    private func isUnderWay(_ index: Int) -> Bool { machines[index] != nil || concluding[index] != nil }

    private enum Readiness {
        case ready
        case waiting
        case blocked(by: Int)
    }

    private func readiness(of index: Int) -> Readiness {
        var readiness = Readiness.ready
        for need in context.plan.steps[index].needs {
            guard results.indices.contains(need.step) else { continue }
            switch results[need.step] {
            case .done: continue
            case .some(.skipped(.earlierFailure)), .some(.skipped(.interrupted)): readiness = .waiting
            case .some: return .blocked(by: need.step)
            case nil:
                if need.condition == .started, machines[need.step]?.hasStarted == true { continue }
                readiness = .waiting
            }
        }
        return readiness
    }

    private mutating func begin(_ index: Int, _ now: Duration) {
        if !hasStartedBatch {
            hasStartedBatch = true
            effects.append(.progress(.batchStarted(batch)))
        }
        let step = context.plan.steps[index]
        effects.append(.progress(.stepStarted(step: index)))
        do throws(CanonicalError) {
            machines[index] = try machine(for: step)
            advance(index, now)
        } catch {
            let message = "the plan's \(step.address) cannot be read: \(error)"
            conclude(index, .failed(message: message, help: "make a new plan", logs: []))
        }
    }

    private func machine(for step: PlanStep) throws(CanonicalError) -> any StepMachine {
        let task = StepTask(step: step, context: context, record: records[step.address])
        guard let text = step.after ?? step.before ?? task.record?.resource else {
            return ObjectStep(task: task, resource: nil)
        }
        var resource = try text.decoded(Resource.self)
        resource.protect = step.protect
        switch step.action {
        case .create, .update, .replace:
            guard let rollout = step.rollout, let definition = ServiceDefinition(resource, rollout: rollout) else {
                guard step.address.kind == .service else { return ObjectStep(task: task, resource: resource) }
                throw CanonicalError("the service has no rollout")
            }
            if rollout.kind == .native {
                return NativeServiceStep(task: task, rollout: rollout, resource: resource, definition: definition)
            }
            return ServiceStep(task: task, rollout: rollout, resource: resource, definition: definition)
        case .supersede, .retire, .delete, .record, .forget: return ObjectStep(task: task, resource: resource)
        }
    }
}
