import Plans
import ResourceModel

/// A small generator with a seed, so that a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

/// Random projects, edits of them, and accidents that befall them.
struct RandomScene {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// A project that was applied, perhaps in part, then edited, and that something happened to.
    mutating func scene() -> Scene {
        var scene = Scene(nodes: 1 + generator.below(3), resources())
        scene.options.batch = 1 + generator.below(5)
        scene.options.deleteVolumes = generator.chance(50)
        scene.secrets.digests = digests()
        for _ in 0..<generator.below(4) {
            if let plan = scene.plan().plan {
                let steps = generator.chance(40) ? generator.below(plan.steps.count + 1) : plan.steps.count
                scene = PretendedApply.apply(plan, to: scene, steps: steps)
            }
            edit(&scene)
        }
        if generator.chance(60) { disturb(&scene) }
        return scene
    }

    private mutating func digests() -> [String: Fingerprint] {
        var digests: [String: Fingerprint] = [:]
        for index in 0..<3 where generator.chance(70) {
            let digit = String(generator.below(3))
            digests["sec\(index)"] = Fingerprint(text: String(repeating: digit, count: 64))
        }
        return digests
    }

    private mutating func resources() -> [Resource] {
        var all = (0..<3).map { Make.network("net\($0)") } + (0..<3).map { Make.volume("vol\($0)") }
        all += (0..<3).map { Make.secret("sec\($0)") } + (0..<3).map { Make.config("conf\($0)", "x") }
        for index in 0..<(1 + generator.below(12)) { all.append(service(index)) }
        return all
    }

    /// Services need only services of lower numbers, so that there is no circle.
    private mutating func service(_ index: Int) -> Resource {
        let needs = (0..<index).filter { _ in generator.chance(20) }.map { "s\($0)" }
        let networks = (0..<3).filter { _ in generator.chance(30) }.map { "net\($0)" }
        var resource = Make.service("s\(index)", replicas: generator.below(5), needs: needs, networks: networks)
        guard var spec = resource.spec.service else { return resource }
        if generator.chance(30) { spec.configs = [FileReference(source: "conf\(generator.below(3))", target: "/c")] }
        if generator.chance(30) { spec.environment["S"] = .secret(name: "sec\(generator.below(3))", object: nil) }
        if generator.chance(20) {
            spec.mounts = [MountSpec(type: .volume, source: "vol\(generator.below(3))", target: "/data")]
        }
        if generator.chance(20) { spec.mode = ServiceMode.allCases[generator.below(4)] }
        if generator.chance(40) {
            var update = UpdatePolicy()
            update.batch = generator.chance(50) ? .percent(50) : .count(1 + generator.below(4))
            update.order = generator.chance(50) ? .startFirst : .stopFirst
            spec.update = update
        }
        if generator.chance(20) { spec.ignoreChanges = ["replicas", "environment.E"] }
        spec.environment["E"] = .text("\(generator.below(3))")
        resource.spec = .service(spec)
        return resource
    }

    private mutating func edit(_ scene: inout Scene) {
        for index in scene.declared.indices where generator.chance(25) {
            switch scene.declared[index].spec {
            case .network(var spec):
                if generator.chance(30) { spec.driver = "d\(generator.below(3))" }
                spec.labels["l"] = "\(generator.below(3))"
                scene.declared[index].spec = .network(spec)
            case .volume(var spec):
                spec.labels["l"] = "\(generator.below(3))"
                scene.declared[index].spec = .volume(spec)
            case .secret: scene.secrets.digests = digests()
            case .config(var spec):
                spec.content = ConfigContent(bytes: [UInt8(97 + generator.below(4))])
                scene.declared[index].spec = .config(spec)
            case .service:
                let name = scene.declared[index].address.name
                if let number = Int(name.dropFirst()) { scene.declared[index] = service(number) }
            }
        }
        dropSome(&scene)
    }

    /// Removes some resources and every mention of them.
    private mutating func dropSome(_ scene: inout Scene) {
        let gone = Set(scene.declared.map(\.address).filter { _ in generator.chance(10) })
        scene.declared.removeAll { gone.contains($0.address) }
        let names = Set(scene.declared.map(\.address))
        for index in scene.declared.indices {
            guard var spec = scene.declared[index].spec.service else { continue }
            spec.dependsOn.removeAll { !names.contains(.init(.service, $0.service)) }
            spec.networks.removeAll { !names.contains(.init(.network, $0.network)) }
            spec.configs.removeAll { !names.contains(.init(.config, $0.source)) }
            spec.mounts.removeAll { !names.contains(.init(.volume, $0.source ?? "")) }
            if case .secret(let name, _)? = spec.environment["S"], !names.contains(.init(.secret, name)) {
                spec.environment["S"] = nil
            }
            scene.declared[index].spec = .service(spec)
        }
    }

    /// Lets instances die, objects vanish and people interfere.
    private mutating func disturb(_ scene: inout Scene) {
        scene.inventory.objects.removeAll { _ in generator.chance(10) }
        scene.inventory.services.removeAll { _ in generator.chance(10) }
        for index in scene.inventory.services.indices where generator.chance(40) {
            let template = scene.inventory.services[index].template
            var instances = scene.inventory.services[index].instances
            instances.removeAll { _ in generator.chance(20) }
            for at in instances.indices where generator.chance(30) {
                instances[at].phase = InstancePhase.allCases[generator.below(7)]
                instances[at].isHealthy = generator.chance(50)
                if generator.chance(30) { instances[at].template = Fingerprint(text: "old") }
                if generator.chance(20) { instances[at].slot = 1 + generator.below(4) }
            }
            for extra in 0..<generator.below(2) {
                let slot = 1 + generator.below(6)
                instances.append(
                    ObservedInstance(id: "x\(extra)", slot: slot, node: "n1", template: template, phase: .running)
                )
            }
            scene.inventory.services[index].instances = instances
            if generator.chance(30) { scene.inventory.services[index].desiredReplicas += 1 }
            if generator.chance(20) { scene.inventory.services[index].labels.fingerprint = Fingerprint(text: "live") }
        }
    }
}
