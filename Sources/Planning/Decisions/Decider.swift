import Plans
import ResourceModel

/// Decides what becomes of each subject on its own, without regard to the others.
struct Decider {
    let world: World
    let options: PlanOptions
    let surveyor: InstanceSurveyor
    var fingerprinter: Fingerprinter
    var problems: [PlanProblem] = []
    let explicitTargets: Set<ResourceAddress>
    let frozen: Set<ResourceAddress>
    let scaling: [ResourceAddress: ScaleOrder]
    let kept: KeptSecrets
    var images: ImageBinder

    init(world: World, input: PlanInput, fingerprinter: Fingerprinter, kept: KeptSecrets) {
        self.world = world
        self.kept = kept
        options = input.options
        surveyor = InstanceSurveyor(
            nodes: input.inventory.nodes,
            isNative: input.capabilities.nativeRollout,
            batch: max(1, input.options.batch)
        )
        self.fingerprinter = fingerprinter
        explicitTargets = Set(input.options.targets)
        frozen = input.restraint.frozen
        scaling = input.scaling
        images = ImageBinder(
            input.images,
            isOn: input.capabilities.resolvesImages,
            recorded: world.recorded
        )
    }

    mutating func decide(_ subject: Subject) -> Decision {
        guard let graph = subject.graph else { return undeclared(subject) }
        let desired = asRecorded(subject) ?? world.graph.resources[graph]
        if desired.spec.isExternal {
            guard let record = world.record(subject) else { return Decision() }
            // Somebody else owns it from now on: the object stays as it is.
            var decision = Decision(action: .forget, reasons: [.notDeclared])
            decision.objectName = record.objectName
            return decision
        }
        var decision: Decision
        if let spec = desired.spec.service {
            let bound = images.bind(
                desired,
                spec,
                world.record(subject),
                isThere: subject.service != nil,
                &fingerprinter
            )
            decision = service(subject, bound.resource, bound.spec)
            decision.imageStanding = bound.standing
        } else {
            decision = object(subject, desired)
        }
        let record = world.record(subject)
        if decision.action == nil, let record, record.protect != desired.protect {
            decision.action = .record
            decision.reasons = [.recordOnly]
        }
        return decision
    }

    /// The resource as it is recorded, where it is to stay so.
    private mutating func asRecorded(_ subject: Subject) -> Resource? {
        guard frozen.contains(subject.address), let record = world.record(subject),
            let tree = recordedTree(record)
        else { return nil }
        return try? Resource(canonical: tree)
    }

    /// What is recorded or there, and not declared (or everything is to go).
    private func undeclared(_ subject: Subject) -> Decision {
        var decision = Decision()
        let record = world.record(subject)
        decision.objectName = record?.objectName ?? subject.objects.first.map { world.objects[$0].name }
        let reason: StepReason = options.destroy ? .destroyRequested : .notDeclared
        guard let record else {
            let beginnings = unfinished(subject.address)
            // Who wants a stranger's gone names it.
            if beginnings.isEmpty, !options.destroy || !explicitTargets.contains(subject.address) {
                decision.kept = .unrecorded
                return decision
            }
            decision.action = .delete
            decision.reasons = [reason] + beginnings
            decision.retired = subject.objects.dropFirst().map { world.objects[$0].name }
            keepVolume(subject, &decision)
            return decision
        }
        if subject.address.kind != .service,
            (try? record.resource.decoded(Resource.self))?.spec.isExternal == true
        {
            decision.action = .forget
            decision.reasons = [reason]
            return decision
        }
        if record.protect {
            decision.kept = .protected
            return decision
        }
        decision.action = .delete
        decision.reasons = [reason]
        decision.retired = oldObjects(subject, record, current: record.objectName)
        keepVolume(subject, &decision)
        return decision
    }

    private func keepVolume(_ subject: Subject, _ decision: inout Decision) {
        guard subject.address.kind == .volume, !mayLoseData(subject.address) else { return }
        decision.action = nil
        decision.kept = .volume
    }

    /// Whether the user allowed a volume's data to go.
    func mayLoseData(_ volume: ResourceAddress) -> Bool {
        options.deleteVolumes || explicitTargets.contains(volume)
    }

    /// Objects of earlier content that are still to be removed: recorded ones, and what an interrupted apply left.
    func oldObjects(_ subject: Subject, _ record: RecordedResource?, current: String?) -> [String] {
        guard subject.address.kind == .secret || subject.address.kind == .config else { return [] }
        var names = Set(record?.retiredObjects ?? [])
        for index in subject.objects { names.insert(world.objects[index].name) }
        if let record { names.insert(record.objectName) }
        if let current { names.remove(current) }
        return names.isEmpty ? [] : names.sorted()
    }

    /// The changes between the record and the desired resource.
    mutating func changes(_ record: RecordedResource, _ desired: Resource) -> [FieldChange] {
        guard let before = recordedTree(record), let after = try? CanonicalText(desired).value() else { return [] }
        return FieldDiff.changes(desired.address.kind, from: before, to: after)
    }

    /// The recorded resource as a tree; a record that cannot be read is a problem of its own.
    mutating func recordedTree(_ record: RecordedResource) -> CanonicalValue? {
        do throws(CanonicalError) {
            return try record.resource.value()
        } catch {
            problems.append(
                PlanProblem(
                    .unreadableRecord,
                    record.address,
                    message: "the recorded state of \(record.address) cannot be read: \(error)",
                    help: "restore the state from a backup"
                )
            )
            return nil
        }
    }
}
