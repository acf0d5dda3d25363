import Applying
import Drivers
import Planning
import Plans
import ResourceModel
import StateStores
import Testing

/// A project that changes in the course of a test: desired resources, the store and the cluster.
struct Shop {
    var resources: [Resource] = []
    var secrets: [String: Fingerprint] = [:]
    var options = PlanOptions()
    var journal = Simulation.Journal.empty()
    var cluster: SimulatedCluster
    var timeout = Duration.seconds(600)

    init(_ options: SimulationOptions = SimulationOptions(seed: 1)) {
        cluster = SimulatedCluster(options)
    }

    /// The same store and instances in a cluster that behaves otherwise from now on.
    func plan() throws -> Plan {
        let (graph, missing) = ResourceGraph.build(project: "shop", resources: resources)
        #expect(missing.isEmpty)
        var recorded = journal.state
        recorded.openOperations = journal.open
        let result = Planner.plan(
            PlanInput(
                graph: graph,
                secrets: SecretDigests(secrets),
                recorded: recorded,
                inventory: cluster.inventory(),
                capabilities: cluster.capabilities,
                options: options,
                now: Timestamp(milliseconds: 0)
            )
        )
        return try #require(result.plan, "\(result.problems)")
    }

    /// Plans and applies; returns the simulation for a look at what happened.
    @discardableResult
    mutating func apply(_ prepare: (inout Simulation) -> Void = { _ in }) throws -> Simulation {
        var simulation = Simulation(plan: try plan(), cluster: cluster, journal: journal, timeout: timeout)
        prepare(&simulation)
        simulation.run()
        cluster = simulation.cluster
        journal = simulation.journal
        #expect(simulation.problems.isEmpty)
        return simulation
    }

    /// What the runner does before it applies.
    mutating func resolve() {
        for record in resolveInterrupted(open: journal.open, inventory: cluster.inventory()) {
            journal.operations[record.id] = record
        }
    }

    /// Lets the cluster go on alone until nothing happens any more.
    mutating func settle(for time: Duration = .seconds(60)) { _ = cluster.advance(to: cluster.now + time) }

    mutating func set(_ resource: Resource) {
        resources.removeAll { $0.address == resource.address }
        resources.append(resource)
    }

    mutating func service(_ name: String, replicas: Int = 1, _ change: (inout ServiceSpec) -> Void = { _ in }) {
        var spec = ServiceSpec()
        spec.command = ["sleep", "1000"]
        spec.replicas = replicas
        spec.healthcheck = HealthCheck()
        change(&spec)
        set(Resource(address: ResourceAddress(.service, name), spec: .service(spec)))
    }

    mutating func object(_ kind: ResourceKind, _ name: String, digest: Character = "a") {
        let spec: ResourceSpec
        switch kind {
        case .network: spec = .network(NetworkSpec())
        case .volume: spec = .volume(VolumeSpec())
        case .secret, .service:
            var secret = SecretSpec()
            secret.source = .file("\(name).txt")
            secrets[name] = Fingerprint(text: String(repeating: digest, count: 64))
            spec = .secret(secret)
        case .config:
            var config = ConfigSpec()
            config.content = ConfigContent(bytes: Array("\(digest)".utf8))
            spec = .config(config)
        }
        set(Resource(address: ResourceAddress(kind, name), spec: spec))
    }

    /// Whether each slot of a service holds one instance of its present definition.
    func isConverged(_ name: String, replicas: Int, isHealthy: Bool = true) -> Bool {
        guard let service = cluster.observe(name) else { return replicas == 0 }
        return service.instances.count == replicas && Set(service.instances.map(\.slot)).count == replicas
            && service.instances.allSatisfy { $0.template == service.template && ($0.isHealthy || !isHealthy) }
    }
}

extension Shop: CustomTestStringConvertible {
    var testDescription: String {
        cluster.inventory().services
            .map { service in
                let instances = service.instances.map { "\($0.id) \($0.phase)\($0.isHealthy ? "" : "!")" }
                return "\(service.address.name): \(instances.joined(separator: " "))"
            }
            .joined(separator: "; ")
    }
}

extension UpdatePolicy {
    static func with(
        batch: Int = 1,
        order: UpdateOrder = .stopFirst,
        onFailure: FailureAction = .pause,
        ratio: Double = 0
    ) -> UpdatePolicy {
        var policy = UpdatePolicy()
        policy.batch = .count(batch)
        policy.order = order
        policy.onFailure = onFailure
        policy.maxFailureRatio = ratio
        return policy
    }
}

/// A shop in whose cluster things go wrong.
func failingShop(faults: [SimulatedFault] = [], rules: [BehaviourRule] = []) -> Shop {
    var options = SimulationOptions(seed: 3)
    options.faults = faults
    options.rules = rules
    return Shop(options)
}

/// Makes a service wait until another one is healthy.
func depends(on service: String) -> (inout ServiceSpec) -> Void {
    { $0.dependsOn = [ServiceDependency(service: service, condition: .healthy)] }
}
