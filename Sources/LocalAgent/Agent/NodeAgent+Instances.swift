import Glibc
import ResourceModel

extension NodeAgent {
    func startInstance(
        _ operation: AgentOperation,
        service name: String,
        slot: Int,
        id: String,
        template: Fingerprint
    ) async throws(AgentError) -> AgentOutcome {
        if let existing = instances[id] {
            guard existing.record.service == name, existing.record.slot == slot else {
                throw AgentError(.conflict, "instance \(id) exists and belongs to another slot")
            }
            return AgentOutcome(bindings: ["id": id], wasAlreadyDone: true)
        }
        guard let service = services[name] else { throw AgentError(.notFound, "service \(name) does not exist") }
        guard service.record.template == template.text else {
            throw AgentError(
                .conflict,
                "service \(name) is defined as \(service.record.template.prefix(12)), not \(template.short)",
                help: "somebody else changed the service; plan again"
            )
        }
        var record = InstanceRecord()
        record.id = id
        record.service = name
        record.slot = slot
        record.template = template.text
        record.spec = service.record.spec
        record.operation = operation.id
        record.ports = try assignPorts(record)
        // A sandbox that cannot be planned is an answer now, not a crash loop later.
        try UlimitTable.check(try SandboxPlan.make(request(for: record), host: Host()).limits)
        do throws(SystemError) {
            try FileTree.makeDirectory(directory.logs(id))
        } catch {
            throw AgentError(error)
        }
        let instance = InstanceRuntime(record: record)
        try claimAddress(instance)
        try directory.save(instance.record, at: directory.instanceRecord(id))
        do throws(SystemError) {
            // The record's own sync says nothing of the directory's name.
            try DurableFile.syncDirectory(of: directory.instance(id))
        } catch {
            throw AgentError(error)
        }
        instances[id] = instance
        await repairListeners(service)
        // Somebody may have stopped it meanwhile.
        guard instances[id] === instance, !instance.machine.isStopping else {
            return AgentOutcome(bindings: ["id": id])
        }
        writeHosts()
        send(.start, to: id)
        return AgentOutcome(bindings: ["id": id])
    }

    /// Stops an instance and returns once nothing of it is left.
    func stopInstance(_ id: String) async -> AgentOutcome {
        guard instances[id] != nil else { return AgentOutcome(wasAlreadyDone: true) }
        send(.stop, to: id)
        await withCheckedContinuation { continuation in
            if let instance = instances[id] {
                instance.removalWaiters.append(continuation)
            } else {
                continuation.resume()
            }
        }
        return AgentOutcome()
    }

    /// Everything a sandbox plan needs to know of an instance.
    func request(for record: InstanceRecord) -> SandboxRequest {
        var request = SandboxRequest(
            spec: record.spec,
            service: record.service,
            instance: record.id,
            slot: record.slot
        )
        request.nodeName = nodeName
        request.ports = record.ports
        request.projectDirectory = directory.project
        request.maskedDirectory = directory.state
        if record.spec.rootfs != nil || record.spec.mounts.contains(where: { $0.type == .bind }) {
            request.writableFolders = writableFolders()
        }
        request.hostsFile = directory.hosts(record.service)
        request.resolverFile = ResolverFile.isNeeded(record.spec) ? directory.resolver(record.id) : ""
        request.address = record.address
        request.anonymousVolumes = directory.anonymousVolumes(record.id)
        request.userID = Int(geteuid())
        request.groupID = Int(getegid())
        for record in objects.values {
            let names = [record.name, record.labels.labels?.address.name ?? record.name]
            for name in names {
                switch record.kind {
                case "volume": request.volumes[name] = directory.volume(record.name)
                case "secret": request.secretObjects[name] = record.name
                case "config": request.configObjects[name] = record.name
                default: break
                }
            }
        }
        return request
    }

    /// The folders of the machine that some instance may write to; of one whose name is made for each, the one above it.
    private func writableFolders() -> Set<String> {
        var folders: Set<String> = []
        for spec in services.values.map(\.record.spec) + instances.values.map(\.record.spec) {
            for case let mount in spec.mounts where mount.type == .bind && !mount.readOnly {
                guard var source = mount.source else { continue }
                if let template = source.firstRange(of: "{{") {
                    source = String(source[..<template.lowerBound])
                    source = MountLayout<Host>.parent(of: source.hasPrefix("/") ? source : "./" + source)
                }
                folders.insert(SandboxPlan.absolute(source, in: directory.project))
            }
        }
        return folders
    }

    // MARK: Ports

    /// Ports for instances: outside the range that the system takes for connections.
    private static let portRange = 20_000...31_999

    /// Keeps the ports that an instance has where they are still free, and finds others where not.
    func assignPorts(_ record: InstanceRecord) throws(AgentError) -> [InstancePort] {
        var taken = Set(instances.values.filter { $0.record.id != record.id }.flatMap { $0.record.ports.map(\.port) })
        for service in services.values { taken.formUnion(service.listeners.keys.map(\.port)) }
        var assigned: [InstancePort] = []
        for port in record.spec.ports
        where !assigned.contains(where: { $0.target == port.target && $0.transport == port.transport }) {
            let before = record.ports.first { $0.target == port.target && $0.transport == port.transport }
            if let before, !taken.contains(before.port), HostAddress.isFree(before.port, port.transport) {
                assigned.append(before)
            } else {
                let seed = "\(directory.scope)\n\(record.id)\n\(port.target)"
                let number = try freePort(seed, port.transport, taken)
                assigned.append(InstancePort(target: port.target, transport: port.transport, port: number))
            }
            taken.formUnion(assigned.map(\.port))
        }
        return assigned
    }

    private func freePort(_ seed: String, _ transport: TransportProtocol, _ taken: Set<Int>) throws(AgentError) -> Int {
        let start = Int(Self.digest(seed) % UInt64(Self.portRange.count))
        for attempt in 0..<Self.portRange.count {
            let port = Self.portRange.lowerBound + (start + attempt) % Self.portRange.count
            if !taken.contains(port), HostAddress.isFree(port, transport) { return port }
        }
        throw AgentError(.occupied, "no port from \(Self.portRange.lowerBound) to \(Self.portRange.upperBound) is free")
    }
}
