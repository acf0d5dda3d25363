import Drivers
import ResourceModel

/// The acts of a scenario, one after the other, and what comes after the last.
extension World {
    /// Nothing that a person would wait for takes longer.
    private static let longest = Duration.seconds(4 * 3600)
    /// How many applies may be needed once nothing goes wrong any more.
    private static let mostRepairs = 6

    /// Edits the manifests, types the command, lets the troubles strike, and waits until everybody is through.
    ///
    /// - Returns: The run of the command.
    @discardableResult
    mutating func perform(_ act: Act, dies: (effect: Int, after: Bool)? = nil) -> Int {
        declared = act.declared
        let count = declared.resources.count
        note(nil, "=== \(count) declared: \(act.declared.resources.map(\.address.description).joined(separator: " "))")
        let run = runs.count
        weather = Weather()
        weather.run = run
        var fate = Run.Fate()
        fate.dies = dies
        var options = cluster.options
        options.rules = calmRules
        options.faults = []
        let start = now
        for trouble in act.troubles {
            switch trouble {
            case .crash(let effect, let after): fate.dies = (effect, after)
            case .hostLoss(let effect, let after):
                fate.dies = (effect, after)
                fate.isAway = true
            case .takeover(let effect, let length, let command, let isBefore, let isMinded):
                fate.pauses = Run.Pause(
                    effect: effect,
                    length: length,
                    command: command,
                    isBefore: isBefore,
                    isMinded: isMinded
                )
            case .driver(let fault, let kind):
                options.faults.append(fault)
                weather.driverKinds.append(kind)
            case .sickness(let rule):
                struck(.sickness, nil, "\(rule.service ?? "everything") \(rule.behaviour.course)")
                witness.isSick = true
                options.rules.append(rule)
            case .watchBreak(let at), .instanceCrash(let at, _), .nodeLoss(let at, _, _), .second(let at, _, _),
                .liveEdit(let at, _, _), .interrupt(let at, _), .driverLost(let at):
                agenda.put(.strikes(trouble), at: start + at)
            case .duplicate, .lateArrival, .staleRead, .slowWatch, .unreachable, .store: weather.add(trouble)
            }
        }
        cluster = cluster.behaving(options)
        if act.command.verb == .destroy || act.troubles.contains(where: \.destroys) { forgetOwnStrangers() }
        begin(act.command, fate: fate)
        finish(by: start + Self.longest)
        return run
    }

    mutating func settleRuns() { finish(by: now + Self.longest) }

    /// Moves on until everybody is through.
    private mutating func finish(by horizon: Duration) {
        var count = 0
        while violations.isEmpty, runs.contains(where: { !$0.isOver }) || agenda.hasOthers {
            count += 1
            guard count < 300_000, step(until: horizon) else { break }
        }
        let stuck = runs.first { !$0.isOver }
        check(.everyRunEnds, stuck.map { "run \($0.id + 1) is still \($0.phase) at \(now.text)" })
        agenda.forgetRuns()
    }

    /// Lets what is on its way arrive, and looks at what lies there.
    mutating func rest(_ time: Duration = .seconds(15)) {
        let end = now + time
        while step(until: end) {}
        _ = cluster.advance(to: end)
        watchEffects()
        lookAround()
        if violations.isEmpty { checkAtRest() }
    }

    // MARK: - The end

    /// Nothing goes wrong any more: a few applies must bring about what is declared.
    mutating func comeToRest() {
        note(nil, "=== nothing goes wrong any more")
        disturbed()
        cluster.heal(rules: calmRules)
        rest(.seconds(30))
        witness.isSick = false
        for _ in 0..<Self.mostRepairs where violations.isEmpty {
            let run = repair()
            if case .refused? = runs[run].ending { return }
            rest(.seconds(30))
            if case .nothingToDo? = runs[run].ending { return checkConverged() }
        }
        guard violations.isEmpty else { return }
        check(.everythingConverges, remainder(Command()) ?? "the lock is never free")
    }

    /// Applies as declared, with nothing going wrong.
    mutating func repair() -> Int {
        weather = Weather()
        var options = cluster.options
        options.rules = calmRules
        options.faults = []
        cluster = cluster.behaving(options)
        var command = Command()
        command.lockTimeout = .seconds(600)
        let run = begin(command)
        finish(by: now + Self.longest)
        return run
    }

    private mutating func checkConverged() {
        check(.everythingConverges, difference())
        check(.nothingIsDoubled, doubled())
        check(.nothingIsOrphaned, orphan())
        let open = store.snapshot().openOperations.first
        check(.journalIsClosed, open.map { "operation \($0.id) is open for ever" })
    }
}

extension Trouble {
    /// Whether somebody asks for everything to go.
    fileprivate var destroys: Bool {
        switch self {
        case .second(_, let command, _), .takeover(_, _, let command, _, _): command.verb == .destroy
        default: false
        }
    }
}
