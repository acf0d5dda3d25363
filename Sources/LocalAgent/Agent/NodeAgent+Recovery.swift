import Glibc
import ResourceModel

extension NodeAgent {
    /// Reads the records and goes on where the last agent was ended.
    ///
    /// Live instances are adopted, those that ended meanwhile are treated by their policy, and after a reboot
    /// everything that was to run is started again.
    package func recover() async throws(AgentError) {
        for record in try directory.loadObjects() {
            guard let kind = ResourceKind(rawValue: record.kind) else { continue }
            objects[ObjectKey(kind, record.name)] = record
        }
        for record in try directory.loadServices() {
            let service = ServiceRuntime(record: record)
            try claimAddress(service, wanted: record.virtualAddress)
            if service.record.virtualAddress != record.virtualAddress {
                try directory.save(service.record, at: directory.serviceRecord(record.name))
            }
            services[record.name] = service
        }
        for record in try directory.loadInstances() { instances[record.id] = InstanceRuntime(record: record) }
        await removeStrays()
        writeHosts()
        await repairListeners()
        for id in instances.keys.sorted() { await recover(id) }
        for service in services.values { refreshBackends(service) }
    }

    private func recover(_ id: String) async {
        guard let instance = instances[id] else { return }
        let record = instance.record
        if record.bootID == ProcessIdentity.currentBoot, await adoptOrWait(instance) {
            if record.isStopping { send(.stop, to: id) }
            return
        }
        if record.bootID == ProcessIdentity.currentBoot { await endSandbox(instance) }
        switch record.phase {
        case _ where record.isStopping:
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

    /// Ends and removes what was being made or removed when the last agent ended: directories without a record.
    private func removeStrays() async {
        for id in FileTree.names(in: "\(directory.root)/instances") where instances[id] == nil {
            if let status = ShimStatus.read(in: directory.instance(id)) {
                let left = [status.shim, status.sandbox].compactMap { $0.flatMap(ProcessHandle.open) }
                for (index, handle) in left.enumerated() { handle.signal(index == 0 ? SIGTERM : SIGKILL) }
                for handle in left { _ = await watcher.wait(handle.descriptor, timeout: .seconds(10)) }
            }
            try? FileTree.remove(directory.instance(id))
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
        for service in services.values
        where Self.wantedListeners(service.record).contains(where: { service.listeners[$0] == nil }) {
            do throws(AgentError) {
                try await openListeners(service)
                refreshBackends(service)
            } catch {
                note("service/\(service.record.name)", error.message)
            }
        }
    }

    // MARK: Idleness

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
        services.isEmpty && instances.isEmpty && requestsInFlight == 0 && .now - lastRequest >= time
    }

    /// Closes every listener; instances stay as they are.
    package func closeListeners() async {
        for service in services.values {
            for key in service.listeners.keys { await closeListener(service, key) }
        }
    }
}
