import ResourceModel

/// An instance while the agent lives: its record, its state machine and what it holds.
///
/// Owned by the agent's actor.
final class InstanceRuntime {
    var record: InstanceRecord
    var machine: InstanceMachine
    var shim: ProcessHandle?
    var sandbox: ProcessHandle?
    /// What it was started with; nil for an adopted instance until a health command needs it.
    var plan: SandboxPlan?
    var probes: [Task<Void, Never>] = []
    var timers: [Task<Void, Never>] = []
    var cpu = RunningTotal()
    var removalWaiters: [CheckedContinuation<Void, Never>] = []
    /// When the restart is due that was armed last, in milliseconds since 1970.
    var startsAgainAt: Int?
    /// Keeps other agents off the instance's own address.
    var addressClaim: Descriptor?

    init(record: InstanceRecord) {
        self.record = record
        machine = InstanceMachine(policy: InstancePolicy(record.spec), restarts: record.restarts)
    }

    func endProbes() {
        for task in probes { task.cancel() }
        probes = []
    }

    func endTimers() {
        for task in timers { task.cancel() }
        timers = []
    }

    /// Takes what the machine decided over into the record; whether that changed it.
    func refreshRecord() -> Bool {
        let before = record
        record.phase = machine.phase
        record.isHealthy = machine.isHealthy
        record.isStopping = machine.isStopping
        record.restarts = machine.restarts
        record.exitStatus = machine.exitStatus
        record.message = machine.message
        if record.phase != before.phase || record.isHealthy != before.isHealthy {
            record.since = wallClockMilliseconds()
        }
        return record != before
    }

    func observed(node: String, openConnections: Int) -> ObservedInstance {
        ObservedInstance(
            id: record.id,
            slot: record.slot,
            node: node,
            template: Fingerprint(text: record.template),
            phase: machine.phase,
            isHealthy: machine.isHealthy,
            restarts: machine.restarts,
            exitStatus: machine.exitStatus,
            message: machine.message,
            openConnections: openConnections,
            limits: record.limits
        )
    }
}

/// A service while the agent lives.
///
/// Owned by the agent's actor.
final class ServiceRuntime {
    var record: ServiceRecord
    /// Keeps other agents off the address.
    var addressClaim: Descriptor?
    var listeners: [ListenerKey: LoadBalancer] = [:]
    /// Why it does not listen everywhere that it should; nil: it does.
    var trouble: String?
    /// What its hosts file holds; nil: not known.
    var hostsText: String?

    init(record: ServiceRecord) {
        self.record = record
    }
}
