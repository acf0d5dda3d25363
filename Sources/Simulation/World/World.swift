import Applying
import Drivers
import ResourceModel
import StateStores

/// One project, its store, its cluster and everybody who works on it, in one thread under one seed.
///
/// A plain value that moves from event to event: the same scenario gives the same history, byte for byte.
package struct World: Sendable {
    static let project = "shop"

    let seed: UInt64
    let sabotage: Sabotage?
    /// How instances behave when nothing is wrong with them: jobs end.
    let calmRules: [BehaviourRule]
    package let key: ProjectKey
    var cluster: SimulatedCluster
    var store: MemoryState
    var declared = Project()
    var agenda = Agenda()
    var dice: Dice
    var runs: [Run] = []
    var operations: [String: SeenOperation] = [:]
    /// Who waits for the cluster to be through with what earlier holders sent.
    var announcing: [Int: RunEpoch] = [:]
    var witness = Witness()
    var statistics = Statistics()
    /// What goes wrong in the present act with the calls that its first run makes.
    var weather = Weather()
    /// Until when the driver tells and takes nothing.
    var silentUntil = Duration.zero
    var violations: [Violation] = []
    /// The history for people; nil: nobody reads it.
    var trace: [String]?

    package init(_ scenario: Scenario, sabotage: Sabotage? = nil, isTraced: Bool = false) {
        seed = scenario.seed
        self.sabotage = sabotage
        dice = Dice(seed: scenario.seed, stream: 4)
        var options = Self.options(scenario)
        calmRules = options.rules
        key = ProjectKey(bytes: (0..<32).map { UInt8(truncatingIfNeeded: scenario.seed >> ($0 % 8 * 8)) &+ UInt8($0) })
        store = MemoryState(project: Self.project, lineage: "lineage-\(scenario.seed)", key: key)
        if sabotage == .lateCallsTaken { options.remembersEpochs = false }
        cluster = SimulatedCluster(options)
        trace = isTraced ? [] : nil
        if scenario.hasStrangers { plantStrangers() }
    }

    /// The cluster of a scenario, in which nothing is wrong: jobs end, and everything else runs on.
    package static func options(_ scenario: Scenario) -> SimulationOptions {
        var rules: [String: BehaviourRule] = [:]
        for resource in scenario.acts.flatMap(\.declared.resources) where resource.spec.service?.mode.isJob == true {
            let name = resource.address.name
            var behaviour = InstanceBehaviour(.ends(status: 0, after: .milliseconds(500), times: nil))
            behaviour.startTime = .milliseconds(300)
            rules[name] = BehaviourRule(service: name, behaviour)
        }
        var options = SimulationOptions(seed: scenario.seed)
        options.nativeRollout = scenario.isNative
        // The local agent does; an engine with rollouts of its own cannot.
        options.remembersEpochs = !scenario.isNative
        options.nodes = scenario.nodes
        options.members = options.clusterNodes
        options.jitter = scenario.jitter
        options.rules = rules.sorted { $0.key < $1.key }.map(\.value)
        options.keepsLog = false
        return options
    }

    var now: Duration { cluster.now }

    mutating func note(_ run: Int? = nil, _ text: @autoclosure () -> String) {
        guard trace != nil else { return }
        let time = now
        trace?.append("\(time.text)\t\(run.map { "run \($0 + 1)" } ?? "-")\t\(text())")
    }

    /// Times of messages vary, so that what races comes in every order.
    mutating func shortTime() -> Duration { dice.milliseconds(1...4) }

    // MARK: - Time

    /// Moves to the next thing that happens; false: there is none before the horizon.
    mutating func step(until horizon: Duration) -> Bool {
        guard let next = [agenda.next, cluster.nextChange].compactMap({ $0 }).min(), next <= horizon else {
            return false
        }
        statistics.steps += 1
        for (id, result) in cluster.advance(to: next) { answered(id, result) }
        watchEffects()
        lookAround()
        answerAnnouncements()
        while let event = agenda.take(until: now) {
            happen(event)
            lookAround()
        }
        return true
    }

    private mutating func happen(_ event: WorldEvent) {
        if let run = event.run {
            // What the dead hear of nobody; what the paused hear of comes when they wake.
            if runs[run].isOver, !(runs[run].landsAfterDeath && event.isRequest) { return }
            if runs[run].pausedUntil > now { return agenda.put(event, at: runs[run].pausedUntil) }
        }
        switch event {
        case .typed(let command): begin(command)
        case .commits(let run, let call): commit(run, call)
        case .answers(let run, let answer): answered(run, answer)
        case .looked(let run, let inventory): looked(run, inventory)
        case .tells(let run, let event): tell(run, event)
        case .shows(let run, let view, let isAsked): show(run, view, isAsked: isAsked)
        case .retriesLock(let run): takeLock(run)
        case .announces(let run): announces(run)
        case .announced(let run, let error): announced(run, error)
        case .beats(let run): beat(run)
        case .resumes(_, let effect): effect.body(&self)
        case .strikes(let trouble): strike(trouble)
        case .resubmits(let operation): cluster.submit(operation)
        case .arrives(let call): arrive(call)
        case .nodeReturns(let node):
            note(nil, "node \(node + 1) is back")
            disturbed()
            cluster.setReady(node: node, true)
        case .unlocks(let run): unlock(run)
        case .mindsLock(let run): mindLock(run)
        }
    }

    /// Something changed the cluster that the present run does not know of.
    mutating func disturbed() { witness.disturbances += 1 }
}

extension WorldEvent {
    /// What a process has sent, and is done whether or not it lives.
    fileprivate var isRequest: Bool {
        switch self {
        case .commits, .announces: true
        default: false
        }
    }
}
