import Drivers
import Plans
import ResourceModel

extension ServiceStep {
    mutating func move(now: Duration, budget: inout ChangeBudget, _ commands: inout [StepCommand]) -> Bool {
        if ending != nil { return land(&budget, &commands) }
        switch phase {
        case .waiting:
            guard budget.take(task.step.id) else { return false }
            deadline.progress(now)
            if task.step.action == .replace {
                phase = .removing
                return remove(&commands)
            }
            return define(&commands)
        case .removed: return define(&commands)
        case .defined:
            budget.release(task.step.id)
            watch.begin()
            commands += watch.commands(task.address.name)
            phase = .rolling
            return true
        case .rolling: return roll(now: now, budget: &budget, &commands)
        case .monitoring(let until):
            guard now >= until else { return false }
            deadline.progress(lastHeard(now))
            phase = .monitored(at: now)
            return true
        case .monitored(let time):
            guard look.shows(time) else {
                commands += look.commands(task.address.name, now: now)
                return false
            }
            guard waves[wave].isHealthy(tracker) else { return false }
            return passWave(now: now, &commands)
        case .delaying(let until):
            guard now >= until else { return false }
            deadline.progress(now)
            wave += 1
            phase = .rolling
            return true
        case .turningBack: return turnBack(&budget, &commands)
        case .removing, .defining, .redefining, .ended: return false
        }
    }

    private mutating func define(_ commands: inout [StepCommand]) -> Bool {
        phase = .defining
        return operate("define \(task.address.name)", .defineService(definition), &commands)
    }

    private mutating func roll(now: Duration, budget: inout ChangeBudget, _ commands: inout [StepCommand]) -> Bool {
        guard wave < waves.count else {
            guard areKeptRunsOver else { return false }
            finish(&commands)
            return true
        }
        advanceWave(&budget, &commands, mayStart: true, mayRetire: true)
        guard waves[wave].isOver, waves[wave].isHealthy(tracker) else { return false }
        if waves[wave].monitor > .zero {
            phase = .monitoring(until: now + waves[wave].monitor)
            commands.append(.wake(.monitor, after: waves[wave].monitor))
            return false
        }
        return passWave(now: now, &commands)
    }

    private mutating func passWave(now: Duration, _ commands: inout [StepCommand]) -> Bool {
        tracker.closeWindows()
        let delay = waves[wave].delay
        if delay > .zero, wave + 1 < waves.count {
            phase = .delaying(until: now + delay)
            commands.append(.wake(.delay, after: delay))
            return false
        }
        wave += 1
        phase = .rolling
        return true
    }

    private mutating func advanceWave(
        _ budget: inout ChangeBudget,
        _ commands: inout [StepCommand],
        mayStart: Bool,
        mayRetire: Bool
    ) {
        let issued = waves[wave]
            .advance(
                task: &task,
                template: template,
                fingerprint: fingerprint,
                tracker: &tracker,
                budget: &budget,
                mayStart: mayStart,
                mayRetire: mayRetire
            )
        commands += issued.map(StepCommand.operate)
    }

    /// The way back: what is in the air lands, the old definition returns, the slots are undone.
    private mutating func turnBack(_ budget: inout ChangeBudget, _ commands: inout [StepCommand]) -> Bool {
        if wave < waves.count { advanceWave(&budget, &commands, mayStart: false, mayRetire: false) }
        commands += logs.commands()
        guard logs.isSettled, wave >= waves.count || !waves[wave].isInTheAir, let plan = rollout.rollback,
            let previous
        else { return false }
        budget.releaseAll(task.step.id)
        turnedBackBy = tracker.firstFailure?.reason ?? "the rollout failed"
        waves = Wave.undoing(Array(waves.prefix(wave + 1)), plan, isJob: rollout.isJob)
        wave = 0
        tracker = InstanceTracker(
            rule: .update(monitor: plan.policy.monitor),
            isProbed: previous.spec.readinessProbe != nil,
            isJob: rollout.isJob
        )
        phase = .redefining
        return operate("define \(task.address.name) as before", .defineService(previous), &commands)
    }

    /// Lets what is in the air land, fetches the log lines, ends.
    private mutating func land(_ budget: inout ChangeBudget, _ commands: inout [StepCommand]) -> Bool {
        guard let ending else { return false }
        if phase == .waiting {
            commands.append(.finish(.skipped(drained?.skip ?? .interrupted), []))
            phase = .ended
            return true
        }
        let isPause = ending.kind == .paused
        if !ending.isImmediate {
            guard operation == nil else { return false }
            if wave < waves.count {
                advanceWave(&budget, &commands, mayStart: false, mayRetire: isPause)
                guard !waves[wave].isInTheAir, !isPause || waves[wave].isSettled else { return false }
            }
        }
        commands += logs.commands()
        guard logs.isSettled else { return false }
        commands += watch.end(task.address.name)
        let result: StepResult =
            ending.kind == .interrupted ? .interrupted(message: interruptedText) : ending.result(logs: logs.lines)
        commands.append(.finish(result, []))
        phase = .ended
        return true
    }

    /// Every wave is through.
    private mutating func finish(_ commands: inout [StepCommand]) {
        commands += watch.end(task.address.name)
        phase = .ended
        if let turnedBackBy {
            commands.append(.finish(.rolledBack(message: turnedBackBy, logs: logs.lines), []))
            return
        }
        let record = task.recordAfter(resource, bindings: bindings)
        var result = StepResult.done
        if hasTooManyFailures, !isEverythingHealthy {
            result = .failed(message: failureMessage, help: nil, logs: logs.lines)
        } else if let missing = tracker.missing {
            result = .failed(message: missing.reason, help: missing.help, logs: logs.lines)
        } else if let surplus = surplusMessage {
            result = .failed(message: surplus, help: "orchplan plan shows what is to be stopped", logs: [])
        }
        commands.append(.finish(result, record.map { [.put($0)] } ?? []))
    }
}
