import Glibc
import ResourceModel

extension NodeAgent {
    func defineService(
        _ operation: AgentOperation,
        _ definition: AgentServiceDefinition
    ) async throws(AgentError) -> AgentOutcome {
        let name = definition.resource.address.name
        if let existing = services[name], existing.record.labels.operation == operation.id {
            return AgentOutcome(bindings: bindings(existing), wasAlreadyDone: true)
        }
        _ = try SandboxProgram.locate()
        // What was left of one whose record was lost goes first: two generations must not share volumes.
        if services[name] == nil { await stopInstances(of: name) }
        var record = ServiceRecord()
        record.name = name
        record.labels = RecordedLabels(operation.labels)
        record.resource = CanonicalText(definition.resource)
        record.spec = definition.spec
        record.template = definition.template.text
        record.replicas = definition.replicas
        let isNew = services[name] == nil
        let service = services[name] ?? ServiceRuntime(record: record)
        if isNew { try claimAddress(service, wanted: nil) }
        record.virtualAddress = service.record.virtualAddress
        let before = service.record
        do throws(AgentError) {
            service.record = record
            try await openListeners(service)
            try directory.save(record, at: directory.serviceRecord(name))
        } catch {
            service.record = before
            if isNew {
                for key in service.listeners.keys { await closeListener(service, key) }
            }
            throw error
        }
        services[name] = service
        await closeStaleListeners(service)
        writeHosts()
        refreshBackends(service)
        publish(name)
        if isNew { note(record.labels.address, "defined at \(record.virtualAddress)") }
        return AgentOutcome(bindings: bindings(service))
    }

    private func bindings(_ service: ServiceRuntime) -> SortedMap<String> {
        ["name": service.record.name, "virtualAddress": service.record.virtualAddress]
    }

    func removeService(_ name: String) async throws(AgentError) -> AgentOutcome {
        guard let service = services[name] else { return AgentOutcome(wasAlreadyDone: true) }
        await stopInstances(of: name)
        for key in service.listeners.keys { await closeListener(service, key) }
        do throws(SystemError) {
            try DurableFile.remove(directory.hosts(name))
            try DurableFile.remove(directory.serviceRecord(name))
        } catch {
            throw AgentError(error)
        }
        services[name] = nil
        writeHosts()
        publish(name)
        note("service/\(name)", "removed")
        return AgentOutcome()
    }

    private func stopInstances(of service: String) async {
        let own = instances.values.filter { $0.record.service == service }.map(\.record.id)
        await withTaskGroup(of: Void.self) { group in
            for id in own { group.addTask { _ = await self.stopInstance(id) } }
        }
    }

    // MARK: Addresses

    /// The port whose binding tells other agents that an address is taken.
    private static let claimPort = 17_077

    /// Finds the service's loopback address: by a digest of project, environment and name, the next ones where that is taken.
    func claimAddress(_ service: ServiceRuntime, wanted: String?) throws(AgentError) {
        if let wanted, let claim = HostAddress.claim(wanted, Self.claimPort, .udp) {
            service.record.virtualAddress = wanted
            service.addressClaim = claim
            return
        }
        let start = Self.digest("\(directory.scope)\n\(service.record.name)")
        let taken = Set(services.values.map(\.record.virtualAddress))
        for attempt in 0..<UInt64(4096) {
            let place = (start &+ attempt) % (254 * 254)
            let address = "127.77.\(place / 254 + 1).\(place % 254 + 1)"
            guard !taken.contains(address), let claim = HostAddress.claim(address, Self.claimPort, .udp) else {
                continue
            }
            service.record.virtualAddress = address
            service.addressClaim = claim
            return
        }
        throw AgentError(.occupied, "no loopback address of 127.77.0.0/16 is free for \(service.record.name)")
    }

    /// FNV-1a: stable from run to run, which the standard hasher is not.
    static func digest(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    // MARK: Hosts files

    /// Writes the hosts file of every service; running sandboxes see the change at once.
    func writeHosts() {
        let all = services.values.map {
            HostsFile.Neighbour(
                name: $0.record.name,
                address: $0.record.virtualAddress,
                networks: $0.record.spec.networks
            )
        }
        for service in services.values { writeHosts(service, among: all) }
    }

    private func writeHosts(_ service: ServiceRuntime, among all: [HostsFile.Neighbour]) {
        let name = service.record.name
        guard let own = all.first(where: { $0.name == name }) else { return }
        let slots = Set(instances.values.filter { $0.record.service == name }.map(\.record.slot)).sorted()
        let hostnames = slots.map { slot in
            let request = SandboxRequest(
                spec: service.record.spec,
                service: name,
                instance: "\(name).\(slot)",
                slot: slot
            )
            let text = service.record.spec.hostname ?? SandboxPlan.defaultHostname(request)
            return (try? InstanceTemplate(request).expand(text)) ?? text
        }
        let unique = Array(Set(hostnames)).sorted()
        let text = HostsFile.text(
            for: own,
            among: all,
            hostnames: unique,
            extraHosts: service.record.spec.extraHosts
        )
        do throws(SystemError) {
            try HostsFile.write(text, to: directory.hosts(name))
        } catch {
            note("service/\(name)", error.description)
        }
    }
}
