import Glibc
import ResourceModel

/// Names: the hosts file of every service, and the name servers of instances.
extension NodeAgent {
    /// Writes the hosts files soon; what changes close together is one write.
    func hostsChanged() {
        guard !hostsAreStale else { return }
        hostsAreStale = true
        Task {
            try? await Task.sleep(for: hostsDelay)
            let start = ContinuousClock.now
            writeHosts()
            // A thousand services are a thousand files: writing them is to take a part of the time and not all of it.
            hostsDelay = max(.milliseconds(10), min((.now - start) * 4, .seconds(1)))
        }
    }

    /// Writes the hosts file of every service whose names have changed; running sandboxes see it at once.
    func writeHosts(onlyMissing: Bool = false) {
        hostsAreStale = false
        let healthy = Dictionary(grouping: instances.values.filter { $0.machine.isHealthy }, by: \.record.service)
        let slots = Dictionary(grouping: instances.values, by: \.record.service)
            .mapValues { Set($0.map(\.record.slot)).sorted() }
        var names = HostsFile.Names(
            services.values.map { service in
                HostsFile.Neighbour(
                    name: service.record.name,
                    address: service.record.virtualAddress,
                    instances: (healthy[service.record.name] ?? [])
                        .sorted { ($0.record.slot, $0.record.id) < ($1.record.slot, $1.record.id) }
                        .map(\.record.address)
                        .filter { !$0.isEmpty },
                    resolvesToInstances: service.record.spec.endpointMode == .dnsrr,
                    networks: service.record.spec.networks
                )
            }
        )
        for service in services.values {
            if onlyMissing, access(directory.hosts(service.record.name), F_OK) == 0 { continue }
            let spec = service.record.spec
            let text = HostsFile.text(
                hostnames: hostnames(service, slots[service.record.name] ?? []),
                names: names.lines(for: spec.networks, turn: Int(Self.digest(service.record.name) % 8)),
                extraHosts: spec.extraHosts
            )
            guard text != service.hostsText else { continue }
            do throws(SystemError) {
                try HostsFile.write(text, to: directory.hosts(service.record.name))
                service.hostsText = text
            } catch {
                note("service/\(service.record.name)", error.description)
            }
        }
    }

    /// The host names of a service's instances.
    private func hostnames(_ service: ServiceRuntime, _ slots: [Int]) -> [String] {
        let spec = service.record.spec
        let names = slots.map { slot in
            let request = SandboxRequest(
                spec: spec,
                service: service.record.name,
                instance: "\(service.record.name).\(slot)",
                slot: slot
            )
            let text = spec.hostname ?? SandboxPlan.defaultHostname(request)
            return (try? InstanceTemplate(request).expand(text)) ?? text
        }
        return Array(Set(names)).filter(HostsFile.isName).sorted()
    }

    /// Writes the name servers that a manifest asks for, as they hold inside the instance.
    func writeResolver(_ record: InstanceRecord) throws(AgentError) {
        guard ResolverFile.isNeeded(record.spec) else { return }
        let host = (try? DurableFile.read("/etc/resolv.conf")).flatMap { $0 } ?? []
        let text = ResolverFile.text(record.spec, host: String(decoding: host, as: UTF8.self))
        do throws(SystemError) {
            try HostsFile.write(text, to: directory.resolver(record.id))
        } catch {
            throw AgentError(error)
        }
    }
}
