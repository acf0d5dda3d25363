import Plans
import ResourceModel

/// Carries a plan out on paper, as an apply would in which everything succeeds.
struct PretendedApply {
    var scene: Scene
    /// Numbers the instances that are started.
    private var started = 0

    init(_ scene: Scene) {
        self.scene = scene
    }

    /// The scene after the first `limit` steps.
    static func apply(_ plan: Plan, to scene: Scene, steps limit: Int = .max) -> Scene {
        var run = PretendedApply(scene)
        for step in plan.steps.prefix(limit) { run.perform(step, plan) }
        run.scene.recorded.serial += 1
        run.scene.recorded.resources.sort { $0.address < $1.address }
        run.scene.inventory.objects.sort { $0.address < $1.address }
        run.scene.inventory.services.sort { $0.address < $1.address }
        return run.scene
    }

    private mutating func perform(_ step: PlanStep, _ plan: Plan) {
        switch step.action {
        case .create, .update, .replace, .supersede:
            if step.address.kind == .service { define(step) } else { make(step) }
            record(step)
        case .record: record(step)
        case .retire:
            scene.inventory.objects.removeAll { $0.name == step.objectName }
            guard let index = recordIndex(step.address) else { return }
            scene.recorded.resources[index].retiredObjects.removeAll { $0 == step.objectName }
        case .delete:
            let name = objectName(step)
            scene.inventory.objects.removeAll { $0.address == step.address && $0.name == name }
            scene.inventory.services.removeAll { $0.address == step.address }
            scene.recorded.resources.removeAll { $0.address == step.address }
        case .forget: scene.recorded.resources.removeAll { $0.address == step.address }
        }
    }

    private func objectName(_ step: PlanStep) -> String {
        step.objectName ?? "shop_\(step.address.name)"
    }

    private func labels(_ step: PlanStep) -> OwnershipLabels {
        OwnershipLabels(
            project: "shop",
            address: step.address,
            fingerprint: step.afterFingerprint ?? Fingerprint(text: ""),
            operation: "op-\(step.id)"
        )
    }

    private mutating func make(_ step: PlanStep) {
        let name = objectName(step)
        scene.inventory.objects.removeAll { object in
            object.address == step.address && (object.name == name || step.action == .replace)
        }
        scene.inventory.objects.append(ObservedObject(labels: labels(step), name: name))
    }

    private mutating func define(_ step: PlanStep) {
        guard let rollout = step.rollout else { return }
        var service =
            scene.inventory.services.first { $0.address == step.address }
            ?? ObservedService(labels: labels(step), template: rollout.template, desiredReplicas: 0)
        if step.action == .replace { service.instances = [] }
        service.labels = labels(step)
        service.template = rollout.template
        service.desiredReplicas = rollout.desiredReplicas
        let gone = Set(rollout.removals.map(\.id) + rollout.replacements.flatMap(\.old))
        service.instances.removeAll { gone.contains($0.id) || $0.phase == .stopping }
        for slot in rollout.replacements.map(\.slot) + rollout.additions {
            started += 1
            service.instances.append(
                ObservedInstance(
                    id: "\(step.address.name).\(slot).\(scene.recorded.serial)-\(started)",
                    slot: slot,
                    node: "n1",
                    template: rollout.template,
                    phase: rollout.isJob ? .completed : .running,
                    isHealthy: !rollout.isJob
                )
            )
        }
        scene.inventory.services.removeAll { $0.address == step.address }
        scene.inventory.services.append(service)
    }

    private func recordIndex(_ address: ResourceAddress) -> Int? {
        scene.recorded.resources.firstIndex { $0.address == address }
    }

    private mutating func record(_ step: PlanStep) {
        guard let after = step.after, let fingerprint = step.afterFingerprint,
            let desired = try? after.decoded(Resource.self)
        else { return }
        let old = recordIndex(step.address).map { scene.recorded.resources[$0] }
        var retired = old?.retiredObjects ?? []
        if step.action == .supersede, let old { retired.append(old.objectName) }
        let record = RecordedResource(
            address: step.address,
            resource: after,
            fingerprint: fingerprint,
            objectName: objectName(step),
            retiredObjects: retired,
            revision: (old?.revision ?? 0) + 1,
            protect: step.protect,
            needs: Set(desired.references.map(\.address)).sorted()
        )
        scene.recorded.resources.removeAll { $0.address == step.address }
        scene.recorded.resources.append(record)
    }
}

extension Scene {
    /// Plans and pretends to apply.
    func applied() -> Scene {
        guard let plan = plan().plan else { return self }
        return PretendedApply.apply(plan, to: self)
    }
}
