import Applying
import Drivers
import Plans
import Reconciling
import ResourceModel
import StateStores

/// A project under a reconcile loop, in one thread and without a clock: time jumps from event to event.
struct Shop {
    var resources: [Resource] = []
    /// What is wrong with the manifests now; nil: nothing.
    var broken: String?
    var record = SimulatedRecord()
    var cluster: SimulatedCluster
    /// Whether the driver answers.
    var isReachable = true
    var lockHolder: String?
    var measurements: [String: InstanceMeasurement]?
    var values: [ResourceAddress: Double] = [:]
    /// The process dies in an apply, instead of carrying out this effect.
    var dies: Int?

    private(set) var log: [ReconcileNews] = []
    private(set) var metrics = ReconcileMetrics()
    private(set) var health = ReconcileHealth()
    private(set) var exit: Int32?
    private(set) var surveys = 0
    private(set) var applies = 0
    /// Every address that a plan deleted.
    private(set) var deleted: Set<ResourceAddress> = []
    private var machine: ReconcileMachine
    private var due: [(at: Duration, order: Int, event: ReconcileEvent)] = []
    private var alarms: [ReconcileWake: Duration] = [:]
    private var order = 0
    private var isWatching = false
    private var seen = -1

    init(
        _ options: SimulationOptions = SimulationOptions(seed: 1),
        _ change: (inout ReconcilePolicy) -> Void = { _ in }
    ) {
        cluster = SimulatedCluster(options)
        machine = ReconcileMachine(policy: Self.policy(change), capabilities: cluster.capabilities)
    }

    static func policy(_ change: (inout ReconcilePolicy) -> Void) -> ReconcilePolicy {
        var policy = ReconcilePolicy()
        change(&policy)
        return policy
    }

    /// A new process over the same project.
    mutating func restart(_ change: (inout ReconcilePolicy) -> Void) {
        machine = ReconcileMachine(policy: Self.policy(change), capabilities: cluster.capabilities)
        due = []
        alarms = [:]
        exit = nil
        isWatching = false
        push(.start, .zero)
    }

    mutating func start() { push(.start, .zero) }

    /// Lets the world go on for this long, or until the loop ends.
    mutating func run(for time: Duration) {
        let end = cluster.now + time
        while exit == nil {
            let next = [due.map(\.at).min(), alarms.values.min(), cluster.nextChange].compactMap { $0 }.min()
            guard let next, next <= end else { break }
            _ = cluster.advance(to: next)
            if isWatching, seen != cluster.version {
                seen = cluster.version
                if isReachable { push(.clusterChanged, .zero) }
            }
            let rung = alarms.filter { $0.value <= cluster.now }.keys.sorted { "\($0)" < "\($1)" }
            for wake in rung {
                alarms[wake] = nil
                handle(.woke(wake))
            }
            let ready = due.filter { $0.at <= cluster.now }.sorted { ($0.at, $0.order) < ($1.at, $1.order) }
            due.removeAll { $0.at <= cluster.now }
            for item in ready where exit == nil { handle(item.event) }
        }
        if exit == nil { _ = cluster.advance(to: max(cluster.now, end)) }
    }

    /// The driver answers again, and says so.
    mutating func answersAgain() {
        isReachable = true
        push(.clusterOpened, .zero)
    }

    mutating func touch() { push(.manifestsTouched, .zero) }
    mutating func interrupt() { push(.interrupted, .zero) }

    private mutating func push(_ event: ReconcileEvent, _ time: Duration) {
        order += 1
        due.append((cluster.now + time, order, event))
    }

    private mutating func handle(_ event: ReconcileEvent) {
        for effect in machine.handle(event, now: cluster.now) {
            switch effect {
            case .load:
                let graph = ResourceGraph.build(project: "shop", resources: resources).0
                push(.loaded(broken.map { .broken(summary: $0, details: "") } ?? .graph(graph)), .milliseconds(10))
            case .survey:
                surveys += 1
                push(.surveyed(survey()), .milliseconds(20))
            case .apply(let plan): apply(plan)
            case .closeJournal: closeJournal()
            case .interruptApply: break
            case .watchCluster:
                isWatching = isReachable
                if !isReachable { push(.clusterWatchEnded(RoundFailure("the agent is gone")), .milliseconds(1)) }
            case .wake(let wake, let time): alarms[wake] = cluster.now + time
            case .log(let news): log.append(news)
            case .publish(let metrics, let health): (self.metrics, self.health) = (metrics, health)
            case .finish(let code): exit = code
            }
        }
    }

    private func survey() -> Result<Survey, RoundFailure> {
        guard isReachable else { return .failure(RoundFailure("the agent does not answer")) }
        let failures = record.revisions.reversed()
            .flatMap { revision in
                revision.failures.map { PastFailure(revision: revision.number, failure: $0) }
            }
        return .success(
            Survey(
                recorded: record.recorded,
                inventory: cluster.inventory(),
                failures: failures,
                measurements: measurements,
                values: values,
                time: Timestamp(milliseconds: cluster.now.nanoseconds / 1_000_000)
            )
        )
    }

    private mutating func apply(_ plan: Plan) {
        if let lockHolder { return push(.lockHeld(by: lockHolder), .milliseconds(5)) }
        applies += 1
        for step in plan.steps where step.action == .delete || step.action == .replace { deleted.insert(step.address) }
        var apply = SimulatedApply(cluster, record)
        apply.dies = dies
        let report = apply.run(plan)
        cluster = apply.cluster
        record = apply.record
        guard let report else {
            // Nobody hears of it any more.
            exit = 137
            dies = nil
            return
        }
        push(.applied(ApplyEnding(report: report, revision: record.revisions.count)), .milliseconds(1))
    }

    private mutating func closeJournal() {
        if let lockHolder { return push(.lockHeld(by: lockHolder), .milliseconds(5)) }
        let resolved = resolveInterrupted(open: record.recorded.openOperations, inventory: cluster.inventory())
        for operation in resolved { record.operations[operation.id] = operation }
        push(.journalClosed(.success(Interruption(operations: resolved))), .milliseconds(5))
    }

    // MARK: - The project

    mutating func set(_ resource: Resource) {
        resources.removeAll { $0.address == resource.address }
        resources.append(resource)
    }

    mutating func remove(_ kind: ResourceKind, _ name: String) {
        resources.removeAll { $0.address == ResourceAddress(kind, name) }
    }

    mutating func service(_ name: String, replicas: Int = 1, _ change: (inout ServiceSpec) -> Void = { _ in }) {
        var spec = ServiceSpec()
        spec.command = ["sleep", "1000"]
        spec.replicas = replicas
        spec.healthcheck = HealthCheck()
        change(&spec)
        set(Resource(address: ResourceAddress(.service, name), spec: .service(spec)))
    }

    mutating func volume(_ name: String) {
        set(Resource(address: ResourceAddress(.volume, name), spec: .volume(VolumeSpec())))
    }

    /// The digest of what an instance of a declared service is.
    func template(_ name: String) -> Fingerprint? {
        guard let spec = resources.first(where: { $0.address.name == name })?.spec.service else { return nil }
        var fingerprinter = Fingerprinter(key: record.state.key)
        return fingerprinter.fingerprint(spec, scope: .instance)
    }

    /// Somebody stops an instance behind the loop's back.
    mutating func stopInstance(_ service: String, index: Int = 0) {
        guard let instance = cluster.observe(service)?.instances.dropFirst(index).first else { return }
        order += 1
        submit(.stopInstance(service: service, id: instance.id), ResourceAddress(.service, service))
    }

    mutating func removeService(_ name: String) {
        submit(.removeService(name: name), ResourceAddress(.service, name))
    }

    private mutating func submit(_ action: OperationAction, _ address: ResourceAddress) {
        order += 1
        let labels = OwnershipLabels(
            project: "shop",
            address: address,
            fingerprint: Fingerprint(text: String(repeating: "0", count: 64)),
            operation: "stranger\(order)"
        )
        cluster.submit(Operation(id: "stranger\(order)", labels: labels, action: action))
    }

    func events(_ name: String) -> [ReconcileNews] { log.filter { $0.event == name } }

    /// Whether the service has exactly these healthy instances of what is declared.
    func isServing(_ name: String, replicas: Int) -> Bool {
        guard let service = cluster.observe(name) else { return replicas == 0 }
        return service.instances.count == replicas && service.instances.allSatisfy { $0.isHealthy }
            && (replicas == 0 || service.template == template(name))
            && service.instances.allSatisfy { $0.template == service.template }
    }
}
