import ResourceModel

/// Draws projects and edits of them.
struct ProjectDrawing: Sendable {
    var dice: Dice
    private(set) var project = Project()
    private var count = 0

    init(dice: Dice) {
        self.dice = dice
    }

    /// A project of 1 to 12 resources, small ones more often.
    mutating func begin() {
        let size = min(dice.number(1...12), dice.number(1...14))
        for _ in 0..<size { add() }
    }

    /// One to four changes.
    mutating func edit() {
        for _ in 0..<dice.number(1...4) {
            switch dice.number(0...9) {
            case 0, 1: if project.resources.count < 12 { add() }
            case 2: if project.resources.count > 1 { removeOne() }
            case 3: changeContent()
            case 4: changeObject()
            default: changeService()
            }
        }
    }

    // MARK: - Adding and removing

    private mutating func add() {
        count += 1
        let kind = dice.chance(0.5) ? .service : dice.pick(ResourceKind.allCases, or: .service)
        let resource: Resource
        switch kind {
        case .network: resource = Resource(address: .init(.network, "net\(count)"), spec: .network(NetworkSpec()))
        case .volume: resource = Resource(address: .init(.volume, "vol\(count)"), spec: .volume(VolumeSpec()))
        case .secret: resource = secret("key\(count)")
        case .config: resource = config("conf\(count)", version: 1)
        case .service: resource = service()
        }
        project.resources.append(resource)
        if dice.chance(0.04) { project.resources[project.resources.count - 1].protect = true }
    }

    private mutating func removeOne() {
        let index = dice.number(0...(project.resources.count - 1))
        project.drop(project.resources[index].address)
    }

    private mutating func secret(_ name: String) -> Resource {
        var spec = SecretSpec()
        if dice.chance(0.15) {
            spec.source = .generate(length: 12, charset: "ab", rotation: 1)
        } else {
            spec.source = .file("\(name).txt")
            project.contents[name] = 1
        }
        return Resource(address: .init(.secret, name), spec: .secret(spec))
    }

    private func config(_ name: String, version: Int) -> Resource {
        var spec = ConfigSpec()
        spec.content = ConfigContent(bytes: Array("version \(version)".utf8))
        return Resource(address: .init(.config, name), spec: .config(spec))
    }

    private mutating func service() -> Resource {
        var spec = ServiceSpec()
        spec.mode = dice.pick(
            [.replicated, .replicated, .replicated, .replicated, .replicated, .global, .replicatedJob, .globalJob],
            or: .replicated
        )
        let name = (spec.mode.isJob ? "job" : "svc") + (count < 10 ? "0" : "") + "\(count)"
        spec.command = ["run", "1"]
        spec.replicas = spec.mode.isGlobal ? 1 : dice.number(spec.mode.isJob ? 1...2 : 0...4)
        if !spec.mode.isJob, dice.chance(0.7) { spec.healthcheck = HealthCheck() }
        if dice.chance(0.7) { spec.update = policy() }
        if dice.chance(0.3) { spec.rollback = policy() }
        if dice.chance(0.25) { spec.restart = restart() }
        refer(&spec)
        return Resource(address: .init(.service, name), spec: .service(spec))
    }

    /// Attaches the service to what is there; only to what came before it, so that there is no circle.
    private mutating func refer(_ spec: inout ServiceSpec) {
        for resource in project.resources where dice.chance(0.35) {
            let name = resource.address.name
            switch resource.spec {
            case .network: spec.networks.append(NetworkAttachment(network: name))
            case .volume:
                spec.mounts.append(MountSpec(type: .volume, source: name, target: "/\(name)"))
            case .secret: spec.secrets.append(FileReference(source: name))
            case .config: spec.configs.append(FileReference(source: name))
            case .service(let other):
                let conditions: [DependencyCondition] =
                    other.value.mode.isJob ? [.completed, .started] : [.healthy, .started]
                let condition = dice.pick(conditions, or: .started)
                spec.dependsOn.append(ServiceDependency(service: name, condition: condition))
            }
        }
    }

    private mutating func policy() -> UpdatePolicy {
        var policy = UpdatePolicy()
        policy.batch = dice.chance(0.8) ? .count(dice.number(1...3)) : .percent(50)
        policy.delay = dice.chance(0.8) ? .zero : .seconds(1)
        policy.monitor = .seconds(dice.pick([0, 1, 5], or: 1))
        policy.maxFailureRatio = dice.chance(0.85) ? 0 : 0.5
        policy.onFailure = dice.pick([.pause, .rollback, .continue], or: .pause)
        policy.order = dice.chance(0.6) ? .stopFirst : .startFirst
        return policy
    }

    private mutating func restart() -> RestartPolicy {
        var policy = RestartPolicy(condition: dice.pick([.any, .onFailure, .none], or: .onFailure))
        if dice.chance(0.4) { policy.maxAttempts = dice.number(1...3) }
        return policy
    }

    // MARK: - Changing

    private mutating func changeContent() {
        let names = project.resources.indices.filter {
            [.secret, .config].contains(project.resources[$0].address.kind)
        }
        guard let index = dice.pick(names) else { return }
        let address = project.resources[index].address
        if address.kind == .config {
            project.resources[index].spec = config(address.name, version: dice.number(1...4)).spec
        } else if let version = project.contents[address.name] {
            project.contents[address.name] = dice.chance(0.2) ? 1 : version + 1
        }
    }

    private mutating func changeObject() {
        guard let index = dice.pick(Array(project.resources.indices)) else { return }
        switch project.resources[index].spec {
        case .network(var spec) where dice.chance(0.5):
            spec.driverOptions["mtu"] = "\(dice.number(1...3))"
            project.resources[index].spec = .network(spec)
        case .network, .volume, .secret, .config:
            project.resources[index].metadata.labels["team"] = "\(dice.number(1...3))"
        case .service:
            project.resources[index].protect = !project.resources[index].protect && dice.chance(0.2)
        }
    }

    private mutating func changeService() {
        let services = project.resources.indices.filter { project.resources[$0].address.kind == .service }
        guard let index = dice.pick(services), var spec = project.resources[index].spec.service else { return }
        switch dice.number(0...7) {
        case 0, 1, 2: spec.command = ["run", "\(dice.number(1...4))"]
        case 3, 4: if !spec.mode.isGlobal { spec.replicas = dice.number(spec.mode.isJob ? 1...2 : 0...5) }
        case 5: spec.update = policy()
        case 6: spec.labels["tier"] = "\(dice.number(1...3))"
        default:
            // Another mode wants a replacement.
            if !spec.mode.isJob, dice.chance(0.4) { spec.mode = spec.mode == .global ? .replicated : .global }
            spec.healthcheck = spec.healthcheck == nil && !spec.mode.isJob ? HealthCheck() : nil
        }
        project.resources[index].spec = .service(spec)
    }
}
