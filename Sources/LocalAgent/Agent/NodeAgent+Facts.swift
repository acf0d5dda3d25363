import ResourceModel

extension NodeAgent {
    /// What is known of every instance beside what the inventory tells, in the order of their ids.
    package func facts() -> [InstanceFacts] {
        instances.values.map(Self.facts).sorted { $0.id < $1.id }
    }

    private static func facts(_ instance: InstanceRuntime) -> InstanceFacts {
        let record = instance.record
        var facts = InstanceFacts(id: record.id)
        facts.since = record.since > 0 ? record.since : nil
        facts.startedAt = record.startedAt > 0 ? record.startedAt : nil
        facts.startsAgainAt = record.phase == .backoff ? instance.startsAgainAt : nil
        facts.process = command(instance)
        facts.ports = record.ports.map {
            InstancePortFact(target: $0.target, transport: $0.transport, port: $0.port)
        }
        return facts
    }

    /// The process id of the command: the child of the sandbox's first process, or that one itself.
    private static func command(_ instance: InstanceRuntime) -> Int? {
        guard let sandbox = instance.sandbox, !sandbox.hasEnded else { return nil }
        let first = sandbox.identity.pid
        return instance.record.spec.initProcess == false ? first : ProcessStatus.children(of: first).first ?? first
    }
}
