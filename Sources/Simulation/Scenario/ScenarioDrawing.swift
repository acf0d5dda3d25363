import Drivers
import ResourceModel

extension Scenario {
    /// What a seed stands for.
    ///
    /// - Parameter faults: The kinds of what may go wrong.
    package static func draw(seed: UInt64, faults: Set<FaultKind> = Set(FaultKind.allCases)) -> Scenario {
        var dice = Dice(seed: seed, stream: 1)
        var drawing = ProjectDrawing(dice: Dice(seed: seed, stream: 2))
        var troubles = TroubleDrawing(dice: Dice(seed: seed, stream: 3), allowed: faults)
        let nodes = dice.number(1...4)
        var scenario = Scenario(
            seed: seed,
            isNative: dice.chance(0.25),
            nodes: nodes,
            jitter: dice.chance(0.8) ? 0.6 : 0,
            acts: [],
            hasStrangers: dice.chance(0.3)
        )
        drawing.begin()
        for index in 0..<dice.number(1...4) {
            if index > 0, dice.chance(0.9) { drawing.edit() }
            let command = command(&dice, drawing.project, isFirst: index == 0)
            let isCompared = dice.chance(0.35)
            scenario.acts.append(
                Act(
                    declared: drawing.project,
                    command: command,
                    troubles: isCompared ? [] : troubles.draw(drawing.project, nodes: nodes),
                    killedAt: isCompared ? dice.share() : nil
                )
            )
        }
        return scenario
    }

    static func command(_ dice: inout Dice, _ project: Project, isFirst: Bool) -> Command {
        var command = Command(batch: dice.chance(0.3) ? 10 : dice.number(1...5), deleteVolumes: dice.chance(0.5))
        command.lockTimeout = .seconds(dice.pick([0, 10, 120], or: 0))
        switch isFirst ? 0 : dice.number(0...19) {
        case 0...12: break
        case 13, 14: command.verb = .applySaved(after: dice.milliseconds(1...3000))
        case 15: command.verb = .destroy
        case 16: command.verb = .rollback(dice.share())
        default: command.targets = project.resources.map(\.address).filter { _ in dice.chance(0.3) }
        }
        return command
    }
}

/// Draws what goes wrong.
struct TroubleDrawing: Sendable {
    var dice: Dice
    let allowed: Set<FaultKind>

    mutating func draw(_ project: Project, nodes: Int) -> [Trouble] {
        var troubles: [Trouble] = []
        for _ in 0..<dice.pick([0, 1, 1, 1, 2, 2, 3], or: 0) {
            let kind = dice.pick(FaultKind.allCases, or: .crash)
            let trouble = trouble(kind, project, nodes)
            if allowed.contains(kind) { troubles.append(trouble) }
            let successor = successor(of: trouble, project)
            if let successor, allowed.contains(kind), allowed.contains(.second) { troubles.append(successor) }
        }
        return troubles
    }

    /// What makes another trouble worse.
    ///
    /// That a call is late: its sender dies, and the next holder of the lock is at work. That a process died: whoever
    /// takes its work up dies as well.
    private mutating func successor(of trouble: Trouble, _ project: Project) -> Trouble? {
        if case .crash = trouble, dice.chance(0.5) {
            let dies = dice.chance(0.7) ? dice.number(0...20) : dice.number(0...80)
            return .second(at: dice.milliseconds(500...20_000), Command(), dies: dies)
        }
        guard case .lateArrival(_, _, _, true) = trouble else { return nil }
        var command = Scenario.command(&dice, project, isFirst: dice.chance(0.8))
        command.lockTimeout = .seconds(120)
        return .second(at: dice.milliseconds(20...2000), command)
    }

    private mutating func trouble(_ kind: FaultKind, _ project: Project, _ nodes: Int) -> Trouble {
        let time = dice.chance(0.6) ? dice.milliseconds(0...1500) : dice.milliseconds(0...15_000)
        let effect = dice.chance(0.5) ? dice.number(0...25) : dice.number(0...120)
        switch kind {
        case .crash: return .crash(effect: effect, after: dice.chance(0.5))
        case .hostLoss: return .hostLoss(effect: effect, after: dice.chance(0.5))
        case .lateArrival:
            return .lateArrival(
                nth: min(dice.number(1...12), dice.number(1...12)),
                after: dice.milliseconds(20...10_000),
                isUnderWay: dice.chance(0.4),
                dies: dice.chance(0.6)
            )
        case .driverError, .errorButDone, .lostAnswer, .hang, .delay: return driver(kind)
        case .duplicate: return .duplicate(nth: dice.number(1...12), after: dice.milliseconds(1...2000))
        case .staleRead: return .staleRead(by: dice.milliseconds(10...3000))
        case .slowWatch: return .slowWatch(by: dice.milliseconds(10...4000))
        case .watchBreak: return .watchBreak(at: time)
        case .unreachable: return .unreachable(looks: dice.number(1...2))
        case .storeError, .storeLost:
            let count = dice.chance(0.7) ? 1 : dice.number(2...100)
            return .store(write: min(effect, 60), count: count, isDone: kind == .storeLost)
        case .sickness: return .sickness(sickness(project))
        case .instanceCrash: return .instanceCrash(at: time, pick: dice.number(0...99))
        case .nodeLoss:
            return .nodeLoss(at: time, node: dice.number(0...(nodes - 1)), back: dice.milliseconds(100...60_000))
        case .second:
            return .second(at: time, Scenario.command(&dice, project, isFirst: dice.chance(0.5)))
        case .takeover:
            let command = Scenario.command(&dice, project, isFirst: true)
            let isMinded = dice.chance(0.4)
            let pause = dice.milliseconds(isMinded ? 10_000...120_000 : 10...30_000)
            return .takeover(effect: effect, pause: pause, command, isBefore: dice.chance(0.6), isMinded: isMinded)
        case .liveEdit:
            return .liveEdit(at: time, dice.pick(LiveEditKind.allCases, or: .scale), pick: dice.number(0...99))
        case .interrupt: return .interrupt(at: time, again: dice.chance(0.4) ? dice.milliseconds(1...2000) : nil)
        case .driverLost: return .driverLost(at: time)
        }
    }

    private mutating func driver(_ kind: FaultKind) -> Trouble {
        let codes: [DriverError.Code] = [.transient, .unknownOutcome, .occupied, .conflict, .unreachable]
        let code = dice.pick(codes, or: .transient)
        let effect: SimulatedFault.Effect =
            switch kind {
            case .errorButDone: .errorButDone(code)
            case .lostAnswer: .hang(isDone: true)
            case .hang: .hang(isDone: false)
            case .delay: .delay(dice.milliseconds(100...8000))
            default: .error(code)
            }
        let operation = dice.pick(OperationKind.allCases, or: .startInstance)
        let nth = dice.chance(0.85) ? dice.number(1...4) : nil
        return .driver(SimulatedFault(effect, kind: operation, nth: nth), kind)
    }

    private mutating func sickness(_ project: Project) -> BehaviourRule {
        let courses: [InstanceBehaviour.Course] = [
            .neverHealthy, .sickens(after: dice.milliseconds(100...3000)),
            .ends(status: 1, after: dice.milliseconds(10...6000), times: dice.number(1...3)),
            .ends(status: 1, after: dice.milliseconds(10...3000), times: nil),
        ]
        let services = project.resources.filter { $0.address.kind == .service }.map(\.address.name)
        let slot = dice.chance(0.5) ? dice.number(1...3) : nil
        return BehaviourRule(
            service: dice.pick(services),
            slot: slot,
            InstanceBehaviour(dice.pick(courses, or: .neverHealthy))
        )
    }
}
