import Glibc
import ResourceModel

extension NodeAgent {
    /// Gives an event to an instance's machine and does what it says.
    func send(_ event: InstanceMachine.Event, to id: String) {
        guard let instance = instances[id] else { return }
        let wasHealthy = instance.machine.isHealthy
        let effects = instance.machine.handle(event, now: now)
        // The record first: what is done must never be more than what a successor would know of.
        let isChanged = instance.refreshRecord()
        if isChanged { save(instance) }
        for effect in effects { perform(effect, instance) }
        guard isChanged || !effects.isEmpty else { return }
        if let service = services[instance.record.service] { refreshBackends(service) }
        if instance.machine.isHealthy != wasHealthy { hostsChanged() }
        publish(instance.record.service)
    }

    func save(_ instance: InstanceRuntime) {
        do throws(AgentError) {
            try directory.save(instance.record, at: directory.instanceRecord(instance.record.id))
        } catch {
            note(instance.record.id, error.message)
        }
    }

    private func perform(_ effect: InstanceMachine.Effect, _ instance: InstanceRuntime) {
        let id = instance.record.id
        switch effect {
        case .spawn: spawn(instance)
        case .beginProbes: beginProbes(instance)
        case .endProbes: instance.endProbes()
        case .drain(let deadline):
            Task {
                if let current = instances[id] { await drain(current, deadline) }
                send(.drained, to: id)
            }
        case .signalCommand:
            let name = instance.record.spec.stopSignal ?? "SIGTERM"
            signalCommand(instance, KernelNames.signalNumber(name) ?? SIGTERM)
        case .armGrace(let delay): arm(.graceElapsed, after: delay, instance)
        case .armRestart(let delay):
            instance.startsAgainAt = wallClockMilliseconds() + Int(delay / .milliseconds(1))
            arm(.restartDue, after: delay, instance)
        case .killTree: killTree(instance)
        case .remove: remove(instance)
        case .note(let text): note(id, text)
        }
    }

    /// A timer of the present run: an event of an earlier one would hit the wrong process.
    private func arm(_ event: InstanceMachine.Event, after delay: Duration, _ instance: InstanceRuntime) {
        let id = instance.record.id
        let run = instance.record.run
        instance.timers.append(
            Task {
                guard (try? await Task.sleep(for: delay)) != nil, instances[id]?.record.run == run else { return }
                send(event, to: id)
            }
        )
    }

    /// Signals the command itself, not the sandbox program around it.
    private func signalCommand(_ instance: InstanceRuntime, _ number: Int32) {
        // What is not known yet is signalled as soon as it is; the grace ends what never becomes known.
        guard let sandbox = instance.sandbox else { return }
        guard !sandbox.hasEnded else { return killTree(instance) }
        if instance.record.spec.initProcess == false {
            sandbox.signal(number)
            return
        }
        // The command is the child of the sandbox's first process. It is held before its parent is compared, so the
        // signal cannot reach another.
        for pid in ProcessStatus.children(of: sandbox.identity.pid) {
            guard let command = ProcessIdentity.of(pid).flatMap(ProcessHandle.open),
                ProcessStatus.read(pid)?.parent == sandbox.identity.pid
            else { continue }
            command.signal(number)
            return
        }
        killTree(instance)
    }

    /// Ends the sandbox's first process, and with it the whole PID namespace.
    ///
    /// While that process is not known its shim is asked to do the same. A shim is not killed: a sandbox that is just
    /// being made could outlive it.
    private func killTree(_ instance: InstanceRuntime) {
        if let sandbox = instance.sandbox, sandbox.signal(SIGKILL) { return }
        instance.shim?.signal(SIGTERM)
    }

    private func remove(_ instance: InstanceRuntime) {
        let id = instance.record.id
        instance.endProbes()
        instance.endTimers()
        instances[id] = nil
        removeCgroups(instance)
        do throws(SystemError) {
            try DurableFile.remove(directory.instanceRecord(id))
            try FileTree.remove(directory.instance(id))
        } catch {
            note(id, error.description)
        }
        note(id, "stopped and removed", service: instance.record.service)
        for waiter in instance.removalWaiters { waiter.resume() }
        instance.removalWaiters = []
        hostsChanged()
        guard let service = services[instance.record.service] else { return }
        let claim = instance.addressClaim
        Task {
            await repairListeners(service)
            // Nobody else may have the address before nothing listens there.
            withExtendedLifetime(claim) {}
        }
    }
}
