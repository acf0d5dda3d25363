import ResourceModel

/// What the engine answers, as orchplan's inventory.
package enum EngineReading {
    /// A service with its instances; nil for a service that no project owns.
    ///
    /// - Parameters:
    ///   - json: One element of `/services`, best with `status=true`.
    ///   - tasks: All tasks of the service that the engine keeps, in any state and order; others are left out.
    ///   - host: The address that published ports are reached at, for people.
    ///   - now: Tells an instance that runs on from one that has only just been started again.
    package static func service(
        _ json: CanonicalValue,
        tasks: [CanonicalValue],
        nodes: ClusterNodes,
        host: String = "",
        now: Timestamp? = nil
    ) -> ObservedService? {
        guard let spec = json["Spec"], let labels = OwnershipLabels(engineLabels: spec["Labels"]?.texts ?? [:]),
            labels.address.kind == .service
        else { return nil }
        let own = ownTasks(json, tasks)
        let isGlobal = isGlobal(spec)
        let reader = ObservedTasks(
            service: labels.address.name,
            isGlobal: isGlobal,
            isJob: isJob(spec),
            nodes: nodes
        )
        var instances = reader.instances(own)
        if isGlobal { instances.removeAll { $0.slot == 0 } }
        let address = virtualAddress(json)
        return ObservedService(
            labels: labels,
            template: Fingerprint(text: template(spec)),
            desiredReplicas: desired(json, own, isGlobal: isGlobal),
            instances: instances,
            rollout: rollout(json["UpdateStatus"], own, template: template(spec)),
            virtualAddress: address,
            endpoints: endpoints(json, own, nodes, host: host, virtualAddress: address),
            trouble: StuckReason.of(json, tasks: tasks, nodes: nodes, now: now)?.text
        )
    }

    /// Since when the instances of a service are as they are, for people.
    package static func facts(
        _ json: CanonicalValue,
        tasks: [CanonicalValue],
        nodes: ClusterNodes
    ) -> [InstanceFacts] {
        guard let spec = json["Spec"], let labels = OwnershipLabels(engineLabels: spec["Labels"]?.texts ?? [:]) else {
            return []
        }
        return ObservedTasks(
            service: labels.address.name,
            isGlobal: isGlobal(spec),
            isJob: isJob(spec),
            nodes: nodes
        )
        .facts(ownTasks(json, tasks))
    }

    private static func isGlobal(_ spec: CanonicalValue) -> Bool {
        (spec.at("Mode", "Global") ?? spec.at("Mode", "GlobalJob")) != nil
    }

    private static func isJob(_ spec: CanonicalValue) -> Bool {
        (spec.at("Mode", "ReplicatedJob") ?? spec.at("Mode", "GlobalJob")) != nil
    }

    /// A network, volume, secret or config; nil for one that no project owns.
    ///
    /// - Parameter json: One element of `/networks`, `/volumes`' `Volumes`, `/secrets` or `/configs`.
    package static func object(_ json: CanonicalValue) -> ObservedObject? {
        let spec = json.at("Spec") ?? json
        let texts = spec["Labels"]?.texts ?? [:]
        guard let labels = OwnershipLabels(engineLabels: texts), labels.address.kind != .service,
            let name = texts[OwnershipLabels.nameKey] ?? spec["Name"]?.string
        else { return nil }
        return ObservedObject(labels: labels, name: name)
    }

    /// How far a job has got in its present run: the tasks that completed, and how many must.
    package static func jobProgress(_ json: CanonicalValue, tasks: [CanonicalValue]) -> (done: Int, total: Int)? {
        guard json.at("JobStatus") != nil else { return nil }
        let counted = ownTasks(json, tasks).count { $0.state == .complete }
        let done = max(counted, Int(json.at("ServiceStatus", "CompletedTasks")?.wholeNumber ?? 0))
        return (done, desired(json, ownTasks(json, tasks), isGlobal: json.at("Spec", "Mode", "GlobalJob") != nil))
    }

    /// The service's tasks; of a job only those of its present run.
    static func ownTasks(_ json: CanonicalValue, _ tasks: [CanonicalValue]) -> [EngineTask] {
        let id = json["ID"]?.string
        let own = tasks.filter { id == nil || $0["ServiceID"]?.string == id }.compactMap(EngineTask.init)
        guard let status = json.at("JobStatus") else { return own }
        let iteration = status.at("JobIteration", "Index")?.wholeNumber ?? 0
        return own.filter { $0.jobIteration == nil || $0.jobIteration == iteration }
    }

    /// Whether a place of the service's is empty for good: its last task ended by itself, and no other is wanted there.
    static func hasGivenUp(_ json: CanonicalValue, _ tasks: [CanonicalValue]) -> Bool {
        let isGlobal = json.at("Spec", "Mode", "Global") != nil
        let places = Dictionary(grouping: ownTasks(json, tasks)) { isGlobal ? $0.node : "\($0.slot)" }
        let count = json.at("Spec", "Mode", "Replicated", "Replicas")?.wholeNumber ?? .max
        return places.contains { _, tasks in
            guard let last = tasks.max(by: { $1.isNewer(than: $0) }), last.slot <= count else { return false }
            return last.state.isOwnEnd && !tasks.contains { $0.isWanted && !$0.state.isEnd }
        }
    }

    private static func template(_ spec: CanonicalValue) -> String { AdoptedService.anyTemplate(spec) }

    private static func desired(_ json: CanonicalValue, _ tasks: [EngineTask], isGlobal: Bool) -> Int {
        let mode = json.at("Spec", "Mode")
        if let count = mode?.at("Replicated", "Replicas")?.wholeNumber { return max(0, Int(count)) }
        if let job = mode?.at("ReplicatedJob") {
            return max(0, Int(job["TotalCompletions"]?.wholeNumber ?? job["MaxConcurrent"]?.wholeNumber ?? 1))
        }
        guard isGlobal else { return 1 }
        return Set(tasks.filter { $0.isWanted && !$0.node.isEmpty }.map(\.node)).count
    }

    /// The engine's words about a rollout, which name a task, with what became of it.
    ///
    /// Instances are named by the first part of their tasks' ids.
    private static func explained(_ message: String, _ tasks: [EngineTask]) -> String {
        let words = message.split(separator: " ", omittingEmptySubsequences: false)
        let reason = words.map { isTask($0) ? $0.prefix(12) : $0 }.joined(separator: " ")
        guard let id = words.first(where: isTask), let task = tasks.first(where: { $0.id == id }),
            let end = end(of: task)
        else { return reason }
        return "\(reason): \(end)"
    }

    /// How a task came to its end in the engine's words; one that is stopped because its health check fails may well
    /// end with 0, and then the engine has none.
    private static func end(of task: EngineTask) -> String? {
        guard task.error.isEmpty else { return task.error }
        return task.state == .complete ? "it ended with exit status \(task.exitCode ?? 0)" : nil
    }

    /// Whether a word is the id of a task: 25 letters and digits.
    private static func isTask(_ word: Substring) -> Bool {
        word.utf8.count == 25 && word.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    /// What the engine went back because of: once it is back, its own words no longer tell.
    private static func cause(_ status: CanonicalValue?, _ tasks: [EngineTask], template: String) -> String? {
        guard let start = status?["StartedAt"]?.string.flatMap(EngineTime.milliseconds) else { return nil }
        let failed = tasks.filter { task in
            guard task.state.isOwnEnd, task.template != template, end(of: task) != nil,
                let created = EngineTime.milliseconds(task.createdAt)
            else { return false }
            return created >= start
        }
        guard let first = failed.min(by: { $1.isNewer(than: $0) }), let end = end(of: first) else { return nil }
        return "\(first.id.prefix(12)) failed: \(end)"
    }

    /// Nil while the engine has not begun an update, or says nothing of one.
    ///
    /// - Parameter template: That of the service as it is defined now.
    static func rollout(
        _ status: CanonicalValue?,
        _ tasks: [EngineTask] = [],
        template: String = ""
    ) -> NativeRolloutState? {
        let reason = explained(status?["Message"]?.string ?? "", tasks)
        switch status?["State"]?.string {
        case "updating": return .updating
        case "completed": return .completed
        case "paused": return .paused(reason: reason)
        case "rollback_started": return .rollingBack(reason: reason)
        case "rollback_completed":
            let cause = cause(status, tasks, template: template)
            return .rolledBack(reason: cause.map { "\(reason): \($0)" } ?? reason)
        case "rollback_paused": return .rollbackPaused(reason: reason)
        default: return nil
        }
    }
}
