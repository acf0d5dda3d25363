/// Where a process touches the world, and may die or stand still.
extension World {
    /// Carries out one effect of a process, unless its fate is to die before; or dies after.
    mutating func act(_ id: Int, _ label: @autoclosure () -> String, _ body: (inout World) -> Void) {
        let effect = runs[id].effects
        runs[id].effects += 1
        if let dies = runs[id].fate.dies, dies.effect == effect {
            guard dies.after else { return die(id, after: label(), lands: false) }
            body(&self)
            return die(id, after: label(), lands: true)
        }
        body(&self)
        if let pauses = runs[id].fate.pauses, pauses.effect == effect { pause(id, pauses.length, pauses.command) }
    }

    private mutating func pause(_ id: Int, _ length: Duration, _ command: Command) {
        struck(.takeover, id, "stands still for \(length.text)")
        runs[id].pausedUntil = now + length
        // What it has asked for already is still on its way.
        witness.looseUntil = max(witness.looseUntil, now + .seconds(12))
        agenda.put(.unlocks(holder: id), at: now + .milliseconds(5))
        agenda.put(.typed(command), at: now + .milliseconds(6))
    }

    /// Takes note of something that went wrong.
    mutating func struck(_ kind: FaultKind, _ run: Int?, _ text: @autoclosure () -> String) {
        statistics.faults[kind, default: 0] += 1
        note(run, "FAULT \(kind.rawValue): \(text())")
    }
}
