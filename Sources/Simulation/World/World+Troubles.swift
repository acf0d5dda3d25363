import Applying
import Drivers
import ResourceModel

/// What goes wrong at a time of its own.
extension World {
    mutating func strike(_ trouble: Trouble) {
        let run = weather.run
        switch trouble {
        case .watchBreak:
            let error = DriverError(.unreachable, "the watch broke off")
            for name in runs[run].watched.sorted() where !runs[run].isOver {
                struck(.watchBreak, run, name)
                agenda.put(.tells(run: run, .watchFailed(name, error)), at: now)
            }
        case .instanceCrash(_, let pick): crashInstance(pick)
        case .nodeLoss(_, let node, let back):
            struck(.nodeLoss, nil, "node \(node + 1) leaves")
            witness.hasLostNodes = true
            disturbed()
            witness.isSick = true
            cluster.setReady(node: node, false)
            agenda.put(.nodeReturns(node), at: now + back)
        case .second(_, let command, let dies):
            struck(.second, nil, command.name)
            begin(command, fate: Run.Fate(dies: dies.map { ($0, after: $0.isMultiple(of: 2)) }))
        case .liveEdit(_, let kind, let pick): editByHand(kind, pick)
        case .interrupt(_, let again):
            guard runs[run].phase == .applying else { return }
            struck(.interrupt, run, again == nil ? "once" : "twice")
            agenda.put(.tells(run: run, .interrupted), at: now)
            if let again { agenda.put(.tells(run: run, .interrupted), at: now + again) }
        case .driverLost:
            guard runs[run].phase == .applying else { return }
            struck(.driverLost, run, "for good")
            let error = DriverError(.unreachable, "the driver is gone")
            agenda.put(.tells(run: run, .driverLost(error)), at: now)
        case .crash, .hostLoss, .driver, .duplicate, .lateArrival, .staleRead, .slowWatch, .unreachable, .store,
            .sickness, .takeover:
            break
        }
    }

    private mutating func crashInstance(_ pick: Int) {
        let instances = inventory().services
            .flatMap { service in service.instances.map { (service.address.name, $0.id) } }
        guard !instances.isEmpty else { return }
        let (service, id) = instances[pick % instances.count]
        guard cluster.crash(instance: id, of: service) else { return }
        struck(.instanceCrash, nil, id)
        disturbed()
        witness.isSick = true
    }

    private mutating func editByHand(_ kind: LiveEditKind, _ pick: Int) {
        let seen = inventory()
        switch kind {
        case .removeObject:
            let objects = seen.objects.filter { $0.labels.operation != Self.strange }
            guard !objects.isEmpty else { return }
            let object = objects[pick % objects.count]
            struck(.liveEdit, nil, "removes \(object.name)")
            cluster.takeAway(object.address, name: object.name)
        case .removeInstance:
            let instances = seen.services.flatMap { service in service.instances.map { (service.address.name, $0.id) } }
            guard !instances.isEmpty else { return }
            let (service, id) = instances[pick % instances.count]
            struck(.liveEdit, nil, "removes instance \(id)")
            cluster.takeAway(instance: id, of: service)
            witness.isSick = true
        case .removeService, .scale:
            let services = seen.services.filter { $0.labels.operation != Self.strange }
            guard !services.isEmpty else { return }
            let name = services[pick % services.count].address.name
            if kind == .scale {
                struck(.liveEdit, nil, "scales \(name) to \(pick % 5)")
                cluster.scale(service: name, to: pick % 5)
            } else {
                struck(.liveEdit, nil, "removes \(name)")
                cluster.takeAway(service: name)
            }
        }
        disturbed()
    }

    // MARK: - Strangers

    /// The operation that objects carry which no apply made.
    static let strange = "somebody-else"

    /// Puts things into the cluster that are not this state's: another project's, and some of a state that is lost.
    mutating func plantStrangers() {
        let fingerprint = Fingerprint(text: String(repeating: "f", count: 64))
        let plants: [(String, ResourceAddress, String)] = [
            ("other", ResourceAddress(.network, "net1"), "other-net1"),
            ("other", ResourceAddress(.config, "conf2"), "conf2-0123456789ab"),
            (Self.project, ResourceAddress(.volume, "kept"), "kept"),
            (Self.project, ResourceAddress(.network, "kept"), "kept"),
        ]
        for (project, address, name) in plants {
            let labels = OwnershipLabels(
                project: project,
                address: address,
                fingerprint: fingerprint,
                operation: Self.strange
            )
            cluster.plant(ObservedObject(labels: labels, name: name))
        }
        for project in ["other", Self.project] {
            let address = ResourceAddress(.service, "\(project)-stranger")
            let resource = Resource(address: address, spec: .service(ServiceSpec()))
            let labels = OwnershipLabels(
                project: project,
                address: address,
                fingerprint: fingerprint,
                operation: Self.strange
            )
            let policy = UpdatePolicy()
            let definition = ServiceDefinition(
                resource: resource,
                spec: ServiceSpec(),
                template: fingerprint,
                replicas: 2,
                update: policy,
                rollback: policy
            )
            cluster.plant(definition, labels)
        }
        _ = cluster.advance(to: cluster.now + .seconds(5))
        witness.strangers = cluster.inventory().objects
        for service in cluster.inventory().services {
            witness.strangeServices[service.address.name] = StrangeService(service)
        }
    }

    /// Somebody asked for everything of the project to go, known or not.
    mutating func forgetOwnStrangers() {
        witness.strangers.removeAll { $0.labels.project == Self.project }
        witness.strangeServices = witness.strangeServices.filter { $0.value.labels.project != Self.project }
    }
}
