import Planning
import Plans
import ResourceModel

/// A project under test: what is declared, recorded and there; plans are made from it and pretended to succeed.
struct Scene {
    var declared: [Resource] = []
    var recorded: RecordedState
    var inventory: Inventory
    var capabilities = Capabilities(driver: "simulated", nativeRollout: false)
    var options = PlanOptions()
    var secrets = SecretDigests()
    var images = ImageDigests()
    var unread: [String: String] = [:]

    static let key = ProjectKey(bytes: [UInt8](repeating: 7, count: 32))

    init(nodes: Int = 3, _ declared: [Resource] = []) {
        self.declared = declared
        recorded = RecordedState(project: "shop", lineage: "lineage-1", serial: 1, key: Self.key)
        inventory = Inventory(
            nodes: (1...nodes)
                .map {
                    Node(
                        id: "n\($0)",
                        hostname: "host\($0)",
                        role: $0 == 1 ? .manager : .worker,
                        labels: ["zone": $0 % 2 == 0 ? "b" : "a"],
                        cpus: CPUCount(nanoCPUs: 4_000_000_000),
                        memory: ByteCount(bytes: 8 << 30)
                    )
                }
        )
    }

    var input: PlanInput {
        var input = PlanInput(
            graph: ResourceGraph.build(project: "shop", resources: declared).0,
            secrets: secrets,
            images: images,
            recorded: recorded,
            inventory: inventory,
            capabilities: capabilities,
            options: options,
            now: Timestamp(milliseconds: 1_764_000_000_000)
        )
        input.unread = unread
        return input
    }

    func plan() -> PlanResult { Planner.plan(input) }

    /// Changes the spec of a declared service.
    mutating func edit(_ name: String, _ change: (inout ServiceSpec) -> Void) {
        guard let index = declared.firstIndex(where: { $0.address == ResourceAddress(.service, name) }),
            var spec = declared[index].spec.service
        else { return }
        change(&spec)
        declared[index].spec = .service(spec)
    }

    /// Changes what is observed of a service.
    mutating func live(_ name: String, _ change: (inout ObservedService) -> Void) {
        guard let index = inventory.services.firstIndex(where: { $0.address.name == name }) else { return }
        change(&inventory.services[index])
    }

    /// Gives an object of a secret another name, and another operation that made it.
    mutating func rename(_ secret: String, to name: String, by operation: String) {
        guard let index = inventory.objects.firstIndex(where: { $0.address.name == secret }) else { return }
        inventory.objects[index].name = name
        inventory.objects[index].labels.operation = operation
    }

    /// Puts a second object beside one.
    mutating func duplicate(_ name: String, as other: String, by operation: String) {
        guard var object = inventory.objects.first(where: { $0.name == name }) else { return }
        object.name = other
        object.labels.operation = operation
        inventory.objects.append(object)
    }

    mutating func remove(_ address: ResourceAddress) { declared.removeAll { $0.address == address } }
}

/// Short ways to write resources.
enum Make {
    static func service(
        _ name: String,
        replicas: Int = 1,
        needs: [String] = [],
        networks: [String] = [],
        _ change: (inout ServiceSpec) -> Void = { _ in }
    ) -> Resource {
        var spec = ServiceSpec()
        spec.image = "registry.example/\(name):1"
        spec.replicas = replicas
        spec.dependsOn = needs.map { ServiceDependency(service: $0, condition: .healthy) }
        spec.networks = networks.map { NetworkAttachment(network: $0) }
        change(&spec)
        return Resource(address: .init(.service, name), spec: .service(spec))
    }

    static func network(_ name: String, _ change: (inout NetworkSpec) -> Void = { _ in }) -> Resource {
        var spec = NetworkSpec()
        change(&spec)
        return Resource(address: .init(.network, name), spec: .network(spec))
    }

    static func volume(_ name: String, _ change: (inout VolumeSpec) -> Void = { _ in }) -> Resource {
        var spec = VolumeSpec()
        change(&spec)
        return Resource(address: .init(.volume, name), spec: .volume(spec))
    }

    static func config(_ name: String, _ content: String) -> Resource {
        var spec = ConfigSpec()
        spec.content = ConfigContent(bytes: Array(content.utf8))
        return Resource(address: .init(.config, name), spec: .config(spec))
    }

    static func secret(_ name: String) -> Resource {
        var spec = SecretSpec()
        spec.source = .file("\(name).txt")
        return Resource(address: .init(.secret, name), spec: .secret(spec))
    }
}

extension Resource {
    var protected: Resource {
        var copy = self
        copy.protect = true
        return copy
    }
}
