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
        record.chosenPorts = service.record.chosenPorts
        let before = service.record
        do throws(AgentError) {
            service.record = record
            try await openListeners(service)
            try directory.save(service.record, at: directory.serviceRecord(name))
        } catch {
            service.record = before
            if isNew {
                for key in service.listeners.keys { await closeListener(service, key) }
            }
            throw error
        }
        services[name] = service
        await repairListeners(service)
        writeHosts()
        publish(name)
        if isNew { note(record.labels.address, "defined at \(service.record.virtualAddress)") }
        return AgentOutcome(bindings: bindings(service))
    }

    private func bindings(_ service: ServiceRuntime) -> SortedMap<String> {
        ["name": service.record.name, "virtualAddress": service.record.virtualAddress]
    }

    func removeService(_ name: String) async throws(AgentError) -> AgentOutcome {
        guard let service = services[name] else { return AgentOutcome(wasAlreadyDone: true) }
        await stopInstances(of: name)
        try await changingListeners(service) { () async throws(AgentError) in
            for key in service.listeners.keys { await self.closeListener(service, key) }
            do throws(SystemError) {
                try DurableFile.remove(self.directory.hosts(name))
                try DurableFile.remove(self.directory.serviceRecord(name))
            } catch {
                throw AgentError(error)
            }
            self.services[name] = nil
        }
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
}
