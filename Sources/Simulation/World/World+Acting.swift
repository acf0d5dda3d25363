/// Where a process touches the world, and may die or stand still.
extension World {
    /// Carries out one effect of a process, unless its fate is to die before; or dies after.
    ///
    /// A process that stands still does it when it wakes up: what it was about to do it still knows nothing better of.
    mutating func act(
        _ id: Int,
        _ label: @autoclosure () -> String,
        _ body: @escaping @Sendable (inout World) -> Void
    ) {
        let effect = runs[id].effects
        runs[id].effects += 1
        if let dies = runs[id].fate.dies, dies.effect == effect {
            guard dies.after else { return die(id, after: label(), lands: false) }
            body(&self)
            return die(id, after: label(), lands: true)
        }
        let pauses = runs[id].fate.pauses.flatMap { $0.effect == effect ? $0 : nil }
        if let pauses, pauses.isBefore { pause(id, pauses, "before it asks to \(label())") }
        if runs[id].pausedUntil > now {
            return agenda.put(.resumes(run: id, WorldEvent.Effect(body: body)), at: runs[id].pausedUntil)
        }
        body(&self)
        if let pauses, !pauses.isBefore { pause(id, pauses, "right after it asked to \(label())") }
    }

    private mutating func pause(_ id: Int, _ pause: Run.Pause, _ place: String) {
        struck(.takeover, id, "stands still for \(pause.length.text) \(place)")
        statistics.pauses[place, default: 0] += 1
        runs[id].pausedUntil = now + pause.length
        // What it has asked for already is still on its way.
        witness.looseUntil = max(witness.looseUntil, now + .seconds(12))
        var command = pause.command
        if pause.isMinded {
            // Whoever comes next waits until the lock is free, one way or the other.
            command.lockTimeout = .seconds(600)
            agenda.put(.mindsLock(holder: id), at: now + Self.mindingPause)
        } else {
            agenda.put(.unlocks(holder: id), at: now + .milliseconds(5))
        }
        agenda.put(.typed(command), at: now + .milliseconds(6))
    }

    /// Takes note of something that went wrong.
    mutating func struck(_ kind: FaultKind, _ run: Int?, _ text: @autoclosure () -> String) {
        statistics.faults[kind, default: 0] += 1
        note(run, "FAULT \(kind.rawValue): \(text())")
    }
}
