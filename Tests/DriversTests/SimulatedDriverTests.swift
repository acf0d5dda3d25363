import Drivers
import OrchplanTestSupport
import ResourceModel
import Testing

@Suite("The simulated driver")
struct SimulatedDriverTests {
    @Test("It passes the conformance suite, with rollouts of its own and without", arguments: [false, true])
    func conformance(_ isNative: Bool) async throws {
        let time = VirtualTime()
        let violations = try await time.run {
            try await DriverConformance.run(time: time) { _ in
                var options = SimulationOptions(seed: 5)
                options.nativeRollout = isNative
                let ends = InstanceBehaviour(.ends(status: 3, after: .milliseconds(50), times: nil))
                options.rules = [BehaviourRule(service: "crash", ends)]
                return DriverConformance.Subject(driver: SimulatedDriver(options, time: time))
            }
        }
        #expect(violations.isEmpty)
    }

    @Test("The suite notices a driver that does not stop and does not crash")
    func notices() async throws {
        let time = VirtualTime()
        let violations = try await time.run {
            try await DriverConformance.run(time: time, patience: .seconds(2)) { _ in
                var options = SimulationOptions(seed: 5)
                options.faults = [SimulatedFault(.error(.transient), kind: .stopInstance)]
                options.behaviour = InstanceBehaviour(.neverHealthy)
                return DriverConformance.Subject(driver: SimulatedDriver(options, time: time))
            }
        }
        let checks = Set(violations.map(\.check))
        #expect(checks.contains("a stopped instance is gone when the call returns"))
        #expect(checks.contains("an instance that ends badly says how"))
        #expect(!checks.contains("objects carry their labels"))
    }
}

@Suite("Where the simulated cluster puts instances")
struct SimulatedPlacementTests {
    private static let print = Fingerprint(text: String(repeating: "f", count: 64))

    private func cluster(_ change: (inout ServiceSpec) -> Void) -> SimulatedCluster {
        var options = SimulationOptions(seed: 3)
        options.members = ["a", "b", "b"].enumerated()
            .map { Node(simulated: "n\($0 + 1)", role: $0 == 0 ? .manager : .worker, labels: ["zone": $1]) }
        var cluster = SimulatedCluster(options)
        var spec = ServiceSpec()
        spec.placement = Placement()
        change(&spec)
        let definition = ServiceDefinition(
            resource: Resource(address: ResourceAddress(.service, "web"), spec: .service(spec)),
            spec: spec,
            template: Self.print,
            replicas: 2,
            update: UpdatePolicy(),
            rollback: UpdatePolicy()
        )
        perform(.defineService(definition), in: &cluster)
        return cluster
    }

    private func perform(_ action: OperationAction, in cluster: inout SimulatedCluster) {
        let labels = OwnershipLabels(
            project: "p",
            address: ResourceAddress(.service, "web"),
            fingerprint: Self.print,
            operation: "\(cluster.log.count)"
        )
        cluster.submit(Operation(id: "\(cluster.log.count)", labels: labels, action: action))
        _ = cluster.advance(to: cluster.now + .seconds(2))
    }

    private func start(_ slot: Int, in cluster: inout SimulatedCluster) {
        perform(.startInstance(service: "web", slot: slot, id: "web.\(slot)", template: Self.print), in: &cluster)
    }

    private func places(_ cluster: SimulatedCluster) -> [String] {
        cluster.observe("web")?.instances.map { "\($0.slot):\($0.node):\($0.phase)" } ?? []
    }

    @Test("An instance without a node waits until one may have it")
    func waits() {
        var cluster = cluster {
            $0.placement?.constraints = ["node.role == manager"]
            $0.placement?.maxPerNode = 1
        }
        start(1, in: &cluster)
        start(2, in: &cluster)
        #expect(places(cluster) == ["1:n1:running", "2::pending"])
        perform(.stopInstance(service: "web", id: "web.1"), in: &cluster)
        #expect(places(cluster) == ["2:n1:running"])
    }

    @Test("A global service's instance is on the node of its slot, where that may have it")
    func global() {
        var cluster = cluster {
            $0.mode = .global
            $0.placement?.constraints = ["node.labels.zone == b"]
        }
        for slot in 1...3 { start(slot, in: &cluster) }
        #expect(places(cluster) == ["1::pending", "2:n2:running", "3:n3:running"])
    }
}
