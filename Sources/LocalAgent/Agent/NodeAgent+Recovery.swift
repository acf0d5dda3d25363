import Glibc
import ResourceModel

extension NodeAgent {
    /// Reads the records and goes on where the last agent was ended.
    ///
    /// Live instances are adopted, those that ended meanwhile are treated by their policy, and after a reboot
    /// everything that was to run is started again. A record that cannot be used is set aside; what it stood for is
    /// ended, so that it is missing in full and can be made anew. The contents of volumes stay.
    package func recover() async throws(AgentError) {
        removeUnfinishedFiles()
        try directory.settle()
        tell(of: try recoverEpochs())
        for record in sound(try directory.loadObjects()) {
            guard let kind = ResourceKind(rawValue: record.kind) else { continue }
            objects[ObjectKey(kind, record.name)] = record
        }
        for record in sound(try directory.loadServices()) {
            let service = ServiceRuntime(record: record)
            try claimAddress(service, wanted: record.virtualAddress)
            if service.record.virtualAddress != record.virtualAddress {
                try directory.save(service.record, at: directory.serviceRecord(record.name))
            }
            services[record.name] = service
        }
        for record in sound(try directory.loadInstances()) {
            let instance = InstanceRuntime(record: record)
            try claimAddress(instance)
            if instance.record.address != record.address { save(instance) }
            instances[record.id] = instance
        }
        await removeStrays()
        sweepCgroups()
        // Files that are there stay as they are until it is known which instances are healthy.
        writeHosts(onlyMissing: true)
        await repairListeners()
        for id in instances.keys.sorted() { await recover(id) }
        for service in services.values { refreshBackends(service) }
        writeHosts()
    }

    /// The usable ones of what was loaded; the others are told of.
    private func sound<Record>(_ loaded: (records: [Record], broken: [BrokenRecord])) -> [Record] {
        tell(of: loaded.broken)
        return loaded.records
    }

    private func tell(of records: [BrokenRecord]) {
        for broken in records {
            note("agent", broken.text)
            AgentMain.complain(broken.text)
        }
    }

    private func recover(_ id: String) async {
        guard let instance = instances[id] else { return }
        let record = instance.record
        // Without its service's record nobody would ever ask for it, nor find it.
        let isUnwanted = record.isStopping || services[record.service] == nil
        if record.bootID == ProcessIdentity.currentBoot {
            if dropBrokenStatus(id) {
                note(id, "its status cannot be read")
            } else if await adoptOrWait(instance) {
                if isUnwanted { send(.stop, to: id) }
                return
            }
            await endSandbox(instance)
            await end(StrayShim.running(below: directory).filter { $0.instance == id })
            let folder = directory.instance(id)
            await SandboxRemains.end(watcher) { $0 == folder }
        }
        switch record.phase {
        case _ where isUnwanted:
            send(.stop, to: id)
        case .completed, .failed:
            instance.machine.restore(phase: record.phase, exitStatus: record.exitStatus, message: record.message)
        case .starting, .running:
            guard record.bootID == ProcessIdentity.currentBoot, record.run > 0 else {
                note(id, "starts again after a reboot")
                return send(.start, to: id)
            }
            let exit = ShimExit.read(in: directory.instance(id), run: record.run)
            _ = instance.machine.handle(.adopted(wasHealthy: false), now: now)
            send(.exited(exit?.status ?? .unknown, message: exit?.failure), to: id)
        case .pending, .backoff, .stopping:
            send(.start, to: id)
        }
    }

    /// Sets a shim's status aside when it cannot be read; whether it did.
    private func dropBrokenStatus(_ id: String) -> Bool {
        do throws(AgentError) {
            let loaded = try directory.load([ShimStatus.path(in: directory.instance(id))], as: ShimStatus.self)
            _ = sound(loaded)
            return !loaded.broken.isEmpty
        } catch {
            note(id, error.message)
            return false
        }
    }

    /// Ends and removes what was being made or removed when the last agent ended, and what no record names any more.
    ///
    /// The directory of an instance whose record is broken is kept beside: there may be volumes without a name in it.
    private func removeStrays() async {
        let folders = FileTree.names(in: "\(directory.root)/instances")
            .filter { instances[$0] == nil && !($0.hasSuffix(".broken") && directory.holdsBrokenRecord($0)) }
        await end(StrayShim.running(below: directory).filter { instances[$0.instance] == nil })
        let (prefix, known) = ("\(directory.root)/instances/", Set(instances.keys.map(directory.instance)))
        await SandboxRemains.end(watcher) { $0.hasPrefix(prefix) && !known.contains($0) }
        for id in folders {
            if let status = ShimStatus.read(in: directory.instance(id)) {
                let left = [status.shim, status.sandbox].compactMap { $0.flatMap(ProcessHandle.open) }
                for (index, handle) in left.enumerated() { handle.signal(index == 0 ? SIGTERM : SIGKILL) }
                for handle in left { _ = await watcher.wait(handle.descriptor, timeout: .seconds(10)) }
            }
            if directory.holdsBrokenRecord(id) {
                _ = try? directory.setAside(directory.instance(id))
            } else {
                try? FileTree.remove(directory.instance(id))
            }
        }
    }

    /// Ends shims together with what they run, and returns once nothing of them is left.
    private func end(_ strays: [StrayShim]) async {
        for stray in strays {
            note(stray.instance, "ended: no record tells what it is")
            stray.shim.signal(SIGTERM)
            // One that was stopped hears nothing until it goes on.
            stray.shim.signal(SIGCONT)
        }
        for stray in strays {
            _ = await watcher.wait(stray.shim.descriptor, timeout: .seconds(5))
            // The sandbox first: while its shim lives, nothing of it can be missed.
            for handle in stray.sandboxes + [stray.shim] where !handle.hasEnded {
                handle.signal(SIGKILL)
                _ = await watcher.wait(handle.descriptor, timeout: .seconds(5))
            }
        }
    }

    /// Adopts a live shim.
    ///
    /// One that holds the instance's lock without having said who it is was started a moment
    /// before the last agent ended: it says so soon, or it has gone.
    private func adoptOrWait(_ instance: InstanceRuntime) async -> Bool {
        for _ in 0..<100 {
            if adoptRunning(instance) { return true }
            guard let lock = try? Descriptor.open("\(directory.instance(instance.record.id))/lock", O_RDWR),
                flock(lock.number, LOCK_EX | LOCK_NB) != 0
            else { return false }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// Opens listeners that could not be opened before, when a stranger had their port.
    package func repairListeners() async {
        for service in services.values {
            let wanted = wantedListeners(service)
            guard service.trouble != nil || wanted.contains(where: { service.listeners[$0] == nil }) else { continue }
            await repairListeners(service)
        }
    }

    // MARK: Idleness

    /// What is kept alive, in words for the log.
    package var holding: String {
        let adopted = instances.values.filter { $0.record.phase == .running }.count
        return "\(services.count) services, \(instances.count) instances, \(adopted) of them running"
    }

    package func requestBegan() {
        requestsInFlight += 1
        lastRequest = .now
    }

    package func requestEnded() {
        requestsInFlight -= 1
        lastRequest = .now
    }

    /// Whether there is nothing to keep alive and nobody has asked anything for a while.
    package func isIdle(for time: Duration) -> Bool {
        services.isEmpty && instances.isEmpty && requestsInFlight == 0 && followers.isEmpty
            && .now - lastRequest >= time
    }

    /// Closes every listener; instances stay as they are.
    package func closeListeners() async {
        for service in services.values {
            for key in service.listeners.keys { await closeListener(service, key) }
        }
    }
}
