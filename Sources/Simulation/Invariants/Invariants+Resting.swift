import ResourceModel

/// What holds when nobody works and nothing is on its way: one function for each, nil where it holds.
extension World {
    mutating func checkAtRest() {
        check(.acknowledgedIsKept, lostWrite())
        check(.strangersUntouched, touchedStranger())
    }

    /// Checks `strangersUntouched`.
    private func touchedStranger() -> String? {
        let objects = cluster.inventory().objects
        for stranger in witness.strangers where !objects.contains(stranger) {
            return "\(stranger.name) of project \(stranger.labels.project) is not as it was"
        }
        for (name, stranger) in witness.strangeServices.sorted(by: { $0.key < $1.key })
        where cluster.observe(name).map(StrangeService.init) != stranger {
            return "service \(name) of project \(stranger.labels.project) is not as it was"
        }
        return nil
    }

    /// Checks `nothingIsDoubled`, in a cluster that is as declared.
    func doubled() -> String? {
        let seen = inventory()
        for service in seen.services {
            let slots = service.instances.map(\.slot)
            if Set(slots).count != slots.count { return "\(service.address) has a slot with two instances" }
        }
        var addresses: Set<ResourceAddress> = []
        let wanted = Set(declared.resources.map(\.address))
        for object in seen.objects where wanted.contains(object.address) {
            // Something that stays may still use it: the record knows that it is to go.
            if store.resources[object.address]?.retiredObjects.contains(object.name) == true { continue }
            if !addresses.insert(object.address).inserted { return "\(object.address) has two objects" }
        }
        return nil
    }

    /// `everythingConverges`: what is not as the manifests say.
    func difference() -> String? {
        for resource in declared.resources where !resource.spec.isExternal {
            let address = resource.address
            guard let record = store.resources[address] else { return "\(address) is not recorded" }
            guard let spec = resource.spec.service else {
                let isThere = inventory().objects
                    .contains {
                        $0.address == address && $0.name == record.objectName
                            && $0.labels.fingerprint == record.fingerprint
                    }
                if !isThere { return "\(address) is not in the cluster as recorded" }
                continue
            }
            guard let service = cluster.observe(address.name) else { return "\(address) is not in the cluster" }
            guard service.labels.fingerprint == record.fingerprint else { return "\(address) is defined otherwise" }
            let wanted = spec.mode.isGlobal ? cluster.inventory().nodes.count : spec.replicas
            if spec.mode.isJob {
                // Somebody may have cleared away what had completed; and a node may have come when the job was over.
                let ended = witness.completed.count { $0.hasPrefix("\(address.name)/\(service.template.text)/") }
                if spec.mode.isGlobal, witness.hasLostNodes { continue }
                guard ended == 0, wanted > 0 else { continue }
                return "\(address) is recorded, and \(ended) of \(wanted) instances completed"
            }
            let good = service.instances.count { $0.isHealthy && $0.template == service.template }
            if good != wanted || service.instances.count != wanted {
                return
                    "\(address) has \(service.instances.count) instances, \(good) of them good, and should have \(wanted)"
            }
        }
        return nil
    }

    /// `nothingIsOrphaned`: what carries the project's label and nobody knows of.
    func orphan() -> String? {
        let seen = inventory()
        let wanted = Set(declared.resources.map(\.address)).union(store.resources.keys)
        for object in seen.objects where object.labels.operation != Self.strange && object.address.kind != .volume {
            if !wanted.contains(object.address) {
                return "\(object.name) (\(object.address)) was made and is forgotten"
            }
        }
        for service in seen.services where service.labels.operation != Self.strange {
            if !wanted.contains(service.address) { return "\(service.address) was made and is forgotten" }
        }
        return nil
    }
}
