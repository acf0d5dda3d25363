import ResourceModel

/// What an apply came to, without the ids and numbers that another way to the same end would not share.
package struct EndState: Sendable, Equatable {
    /// One line for each record and each thing in the cluster, in order.
    package private(set) var lines: [String] = []

    init(_ world: World) {
        self.init(records: world.store.snapshot().resources, inventory: world.inventory())
    }

    package init(records: [RecordedResource], inventory seen: Inventory) {
        for record in records {
            lines.append(
                "record \(record.address) \(record.fingerprint.short) \(record.objectName) \(record.retiredObjects.sorted())"
                    + " \(record.protect) \(record.needs.map(\.description))"
            )
        }
        for object in seen.objects { lines.append("object \(object.name) \(object.labels.fingerprint.short)") }
        for service in seen.services {
            let instances = service.instances
                .map { "\($0.template.short) \($0.phase.rawValue)\($0.isHealthy ? " healthy" : "")" }.sorted()
            lines.append(
                "service \(service.address) \(service.labels.fingerprint.short) \(service.desiredReplicas) \(instances)"
            )
        }
    }

    /// The first difference; nil: there is none.
    func difference(to other: EndState) -> String? {
        if let line = lines.first(where: { !other.lines.contains($0) }) {
            return "killed and applied again there is not: \(line)"
        }
        if let line = other.lines.first(where: { !lines.contains($0) }) {
            return "killed and applied again there is: \(line)"
        }
        return nil
    }
}

extension World {
    /// Performs the act, and beside it the same act killed half-way and applied again, and compares what both come to.
    mutating func performTwice(_ act: Act, killedAt share: Double) {
        // Where something is still ill or on its way, the two may rightly differ.
        guard !witness.isSick, now >= witness.looseUntil, !isSilent else {
            perform(act)
            return
        }
        var twin = self
        let run = perform(act)
        guard violations.isEmpty, case .finished(let report)? = runs[run].ending, report.outcome == .converged else {
            return
        }
        rest()
        let dies = (effect: Int(share * Double(runs[run].effects)), after: Int(share * 1000) % 2 == 0)
        note(nil, "--- the same once more, killed at effect \(dies.effect)")
        twin.trace = trace
        twin.statistics = Statistics()
        twin.perform(act, dies: dies)
        twin.rest()
        if twin.violations.isEmpty {
            twin.weather = Weather()
            var command = twin.runs[run].command
            if case .applySaved = command.verb { command.verb = .apply }
            twin.begin(command)
            twin.settleRuns()
            twin.rest()
        }
        if twin.violations.isEmpty {
            twin.check(.killedComesToTheSame, EndState(self).difference(to: EndState(twin)))
        }
        violations += twin.violations
        statistics.comparisons += 1
        statistics.add(twin.statistics)
        trace = twin.trace
        note(nil, "--- back in the world in which nobody was killed")
    }
}
