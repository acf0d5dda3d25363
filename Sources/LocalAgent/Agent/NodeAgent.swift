import Glibc
import ResourceModel

/// Keeps the instances of one project alive on this machine.
///
/// Everything it knows is in records on the disk before it acts on it, so that a successor can go on where it was
/// ended; the processes themselves do not depend on it.
package actor NodeAgent {
    let directory: AgentDirectory
    /// The program that is run as shims: this one.
    let executable: String
    let watcher: DescriptorWatcher
    /// Where this machine lets instances be limited.
    let cgroups: ProjectCgroups
    let nodeName: String
    /// The limits of every child.
    let childLimits: [ResourceLimit]
    let started = ContinuousClock.now

    var objects: [ObjectKey: ObjectRecord] = [:]
    var services: [String: ServiceRuntime] = [:]
    var instances: [String: InstanceRuntime] = [:]
    var events: [AgentEvent] = []
    var watchers: [String: [Int: AsyncStream<Void>.Continuation]] = [:]
    var followers: [Int: EventFollower] = [:]
    var nextWatcher = 0
    var lastRequest = ContinuousClock.now
    var requestsInFlight = 0
    /// Names that an operation is working on; others for the same wait.
    var busy: [String: [CheckedContinuation<Void, Never>]] = [:]
    /// The holders of the state's lock that are known.
    var epochs = EpochMemory()
    /// How many operations of each holder are being performed.
    var operationsUnderWay: [RunEpoch: Int] = [:]
    var epochWaiters: [CheckedContinuation<Void, Never>] = []
    /// Whether the hosts files are to be written soon.
    var hostsAreStale = false
    /// How long changes of names are gathered before they are written.
    var hostsDelay = Duration.milliseconds(10)

    package init(
        directory: AgentDirectory,
        executable: String,
        watcher: DescriptorWatcher,
        childLimits: [ResourceLimit] = []
    ) {
        self.directory = directory
        self.childLimits = childLimits
        self.executable = executable
        self.watcher = watcher
        cgroups = ProjectCgroups(CgroupHierarchy.usable(), project: Self.cgroupName(directory))
        nodeName = HostMachine.name
    }

    /// The time since the agent started, for the machines.
    var now: Duration { .now - started }

    /// Performs an operation and returns when it is done; a repetition changes nothing.
    package func perform(_ operation: AgentOperation) async throws(AgentError) -> AgentOutcome {
        try Self.check(operation)
        return try await admitted(operation.epoch) { () async throws(AgentError) in try await self.carryOut(operation) }
    }

    private func carryOut(_ operation: AgentOperation) async throws(AgentError) -> AgentOutcome {
        switch operation.action {
        case .createObject(let resource, let name):
            let outcome = try createObject(operation, resource, name: name, content: nil)
            if resource.address.kind == .network { await refreshListeners(onNetwork: resource.address.name) }
            return outcome
        case .createSecret(let resource, let name, let content):
            return try createObject(operation, resource, name: name, content: content)
        case .updateObject(let resource, let name):
            return try updateObject(operation, resource, name: name)
        case .removeObject(let address, let name):
            return try removeObject(address, name: name)
        case .defineService(let definition):
            return try await exclusively(definition.resource.address.name) { () async throws(AgentError) in
                try await self.defineService(operation, definition)
            }
        case .startInstance(let service, let slot, let id, let template):
            return try await exclusively(service) { () async throws(AgentError) in
                try await self.startInstance(operation, service: service, slot: slot, id: id, template: template)
            }
        case .stopInstance(_, let id):
            return await stopInstance(id)
        case .removeService(let name):
            return try await exclusively(name) { () async throws(AgentError) in try await self.removeService(name) }
        }
    }

    /// Names become file names: only those that a manifest could hold are taken.
    private static func check(_ operation: AgentOperation) throws(AgentError) {
        let names: [String]
        switch operation.action {
        case .createObject(_, let name), .createSecret(_, let name, _), .updateObject(_, let name),
            .removeObject(_, let name), .removeService(let name):
            names = [name]
        case .defineService(let definition): names = [definition.resource.address.name]
        case .startInstance(let service, _, let id, _), .stopInstance(let service, let id): names = [service, id]
        }
        for name in names where !isFileName(name) {
            throw AgentError(.invalid, "\"\(name)\" is no name that the agent takes")
        }
    }

    /// Letters, digits, `_`, `.` and `-`, at most 200 bytes, beginning with a letter or digit.
    static func isFileName(_ name: String) -> Bool {
        let parts = stride(from: 0, to: name.utf8.count, by: 62)
            .map { start in
                "a" + String(decoding: Array(name.utf8.dropFirst(start).prefix(62)), as: UTF8.self)
            }
        guard let first = name.first, first.isASCII, first.isLetter || first.isNumber else { return false }
        return name.utf8.count <= 200 && parts.allSatisfy { ResourceAddress.isValidName($0) }
    }

    /// Runs operations on one service one after the other: each waits for things, and others must not come between.
    func exclusively<Value, Failure: Error>(
        _ name: String,
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        while busy[name] != nil {
            await withCheckedContinuation { busy[name, default: []].append($0) }
        }
        busy[name] = []
        defer {
            for waiter in busy.removeValue(forKey: name) ?? [] { waiter.resume() }
        }
        return try await body()
    }
}
