import Applying
import Drivers
import ResourceModel

/// The cluster between the processes: calls, answers, looks and watches.
extension World {
    /// What a driver would tell: everything that carries the project's label.
    func inventory() -> Inventory {
        var inventory = cluster.inventory()
        inventory.objects.removeAll { $0.labels.project != Self.project }
        inventory.services.removeAll { $0.labels.project != Self.project }
        return inventory
    }

    /// A process asks how the cluster is; it hears of it some time later.
    mutating func look(_ id: Int) {
        act(id, "look at the cluster") { world in
            var time = world.shortTime()
            let isWeathered = id == world.weather.run
            if world.isSilent { return world.agenda.put(.looked(run: id, nil), at: world.now + time) }
            if isWeathered, world.weather.failingLooks > 0 {
                world.weather.failingLooks -= 1
                world.struck(.unreachable, id, "no answer")
                return world.agenda.put(.looked(run: id, nil), at: world.now + time)
            }
            if isWeathered, world.weather.staleness > .zero {
                time += world.weather.staleness
                world.struck(.staleRead, id, "answered \(time.text) late")
            }
            if world.runs[id].phase == .surveying {
                world.runs[id].sight.disturbances = world.witness.disturbances
                world.runs[id].sight.struck = world.cluster.struck.count
                world.runs[id].sight.lookedAt = world.now
            }
            world.agenda.put(.looked(run: id, world.inventory()), at: world.now + time)
        }
    }

    /// A process has the driver do something.
    mutating func perform(_ id: Int, _ operation: Operation) {
        let step = Self.step(of: operation.id)
        watchCall(id, operation, step)
        operations[operation.id] = SeenOperation(run: id, step: step, operation: operation)
        guard let grant = runs[id].grant else { return }
        if cluster.takes(epoch(grant)) {
            // Who lost the lock and does not know it yet disturbs whoever has it, where the cluster cannot tell.
            if store.lock.epoch != grant.epoch || store.lock.holder == nil { disturbed() }
            for other in runs.indices where other != id && !runs[other].isOver { runs[other].sight.disturbances = -1 }
        }
        guard var filled = filled(operation) else {
            let error = DriverError(.conflict, "the content of \(operation.address) changed since the plan was made")
            return agenda.put(.tells(run: id, .performed(operation.id, .failure(error))), at: now)
        }
        note(id, "asks the driver: \(operation.action.kind.rawValue) \(operation.action.target)")
        filled.epoch = epoch(grant)
        guard !isSilent else { return answered(operation.id, .failure(Self.silence)) }
        guard !deceived(id, &filled) else { return }
        submit(id, filled)
    }

    private mutating func submit(_ id: Int, _ operation: Operation) {
        if id == weather.run, let late = weather.latecomers[weather.performs + 1] {
            weather.performs += 1
            let text = "\(operation.action.kind.rawValue) \(operation.action.target)"
            struck(.lateArrival, id, late.isUnderWay ? "\(text) takes long" : "\(text) is on its way")
            if late.dies { runs[id].fate.dies = (runs[id].effects, false) }
            if late.isUnderWay { return cluster.submit(operation, taking: late.after) }
            return agenda.put(.arrives(LateCall(operation, definedBy: definer(of: operation))), at: now + late.after)
        }
        let known = cluster.struck.count
        cluster.submit(operation)
        for index in cluster.struck[known...] where weather.driverKinds.indices.contains(index) {
            struck(weather.driverKinds[index], id, "\(operation.action.kind.rawValue) \(operation.action.target)")
        }
        guard id == weather.run else { return }
        weather.performs += 1
        if let pause = weather.duplicates[weather.performs] {
            struck(.duplicate, id, "\(operation.action.kind.rawValue) \(operation.action.target)")
            agenda.put(.resubmits(operation), at: now + pause)
        }
    }

    /// A call that lay on its way reaches the cluster.
    ///
    /// A cluster that cannot remember epochs takes a definition only as long as nobody has made another one since it was
    /// sent: an engine's updates carry the version that they were made from, and names are there once.
    mutating func arrive(_ call: LateCall) {
        let operation = call.operation
        note(nil, "late: \(operation.action.kind.rawValue) \(operation.action.target)")
        let isOutdated = call.definer != definer(of: operation)
        if !cluster.options.remembersEpochs, isOutdated, case .defineService = operation.action {
            return answered(operation.id, .failure(DriverError(.conflict, "update out of sequence")))
        }
        cluster.submit(operation)
    }

    /// The operation that defined the service that an operation is about.
    private func definer(of operation: Operation) -> String? {
        guard operation.address.kind == .service else { return nil }
        return cluster.observe(operation.address.name)?.labels.operation
    }

    /// The operation with its secret's content; nil: that is not what was planned any more.
    private func filled(_ operation: Operation) -> Operation? {
        guard case .createSecret(let resource, let name, nil) = operation.action,
            case .secret(let spec) = resource.spec,
            case .file = spec.source
        else { return operation }
        let bytes = SecretBytes(declared.content(of: resource.address.name))
        guard bytes.digest(Fingerprinter(key: key)) == spec.digest else { return nil }
        var filled = operation
        filled.action = .createSecret(resource, name: name, content: bytes)
        return filled
    }

    /// `PLAN-STEP-COUNT`, as the machine names its operations.
    static func step(of operation: String) -> Int {
        let parts = operation.split(separator: "-")
        return parts.count >= 3 ? Int(parts[parts.count - 2]) ?? -1 : -1
    }

    /// The cluster answers.
    mutating func answered(_ id: String, _ result: Result<OperationResult, DriverError>) {
        guard let seen = operations[id] else { return }
        operations[id]?.isAnswered = true
        watchAnswer(seen, result)
        // It changed something, and nobody waits for it any more.
        guard !runs[seen.run].isOver else { return disturbed() }
        agenda.put(.tells(run: seen.run, .performed(id, result)), at: now)
    }

    /// Takes note of what changed in the cluster, and tells those who watch.
    mutating func lookAround() {
        for name in cluster.takeTouched() {
            let service = cluster.observe(name)
            watchService(name, service)
            // Of what happens while it is silent a driver tells nothing.
            guard !isSilent else { continue }
            for id in runs.indices where runs[id].watched.contains(name) && !runs[id].isOver { showService(id, name) }
        }
    }
}

/// A call on its way, and what the cluster had when it was sent.
struct LateCall: Sendable {
    var operation: Operation
    /// The operation that had defined the service; nil: there was none.
    var definer: String?

    init(_ operation: Operation, definedBy definer: String?) {
        self.operation = operation
        self.definer = definer
    }
}
