import Drivers
import ResourceModel

extension ServiceForward {
    /// Always said in full, since a job's default here is not the engine's.
    func restartPolicy() -> EngineJSON {
        let policy = spec.effectiveRestart
        var json = EngineJSON()
        // The engine reads no attempts as any number of them.
        let condition = policy.maxAttempts == 0 ? .none : policy.condition
        json.set("Condition", Self.word(condition))
        json.set("Delay", policy.delay)
        json.some("MaxAttempts", policy.maxAttempts.map(Int64.init))
        json.some("Window", policy.window?.nanoseconds)
        return json
    }

    static func word(_ condition: RestartCondition) -> String {
        switch condition {
        case .none: "none"
        case .onFailure: "on-failure"
        case .any: "any"
        }
    }

    /// A share of instances is resolved by the definition's number; of a global service's it is not known here.
    func updateConfig(_ policy: UpdatePolicy) -> EngineJSON {
        var json = EngineJSON()
        json.set("Parallelism", policy.batch.resolved(total: max(1, definition.replicas)))
        json.some("Delay", policy.delay.nanoseconds)
        json.set("FailureAction", policy.onFailure.rawValue)
        // Zero would be the engine's 5 s; the shortest time there is watches nothing.
        json.set("Monitor", max(policy.monitor, .nanoseconds(1)))
        let ratio = policy.maxFailureRatio
        json.set("MaxFailureRatio", Int64(exactly: ratio).map(CanonicalValue.integer) ?? .number(ratio))
        json.set("Order", policy.order == .startFirst ? "start-first" : "stop-first")
        return json
    }

    func resources() throws(DriverError) -> EngineJSON {
        var json = EngineJSON()
        if let limits = spec.resources?.limits {
            var part = EngineJSON()
            part.some("NanoCPUs", try cpus(limits.cpus, "resources.limits.cpus"))
            part.some("MemoryBytes", try memory(limits.memory, "resources.limits.memory"))
            part.some("Pids", limits.pids.map(Int64.init))
            json.some("Limits", part)
        }
        if let reservations = spec.resources?.reservations {
            var part = EngineJSON()
            part.some("NanoCPUs", try cpus(reservations.cpus, "resources.reservations.cpus"))
            part.some("MemoryBytes", try memory(reservations.memory, "resources.reservations.memory"))
            part.some("GenericResources", try genericResources(reservations.devices))
            json.some("Reservations", part)
        }
        return json
    }

    private func cpus(_ count: CPUCount?, _ field: String) throws(DriverError) -> Int64? {
        guard let count else { return nil }
        guard count.nanoCPUs == 0 || count.nanoCPUs >= 1_000_000 else {
            throw refusal(field, "is below the engine's least, 0.001", help: "write 0.001 or more")
        }
        return count.nanoCPUs
    }

    private func memory(_ size: ByteCount?, _ field: String) throws(DriverError) -> Int64? {
        guard let size else { return nil }
        guard size.bytes == 0 || size.bytes >= 4 << 20 else {
            throw refusal(field, "is below the engine's least, 4MiB", help: "write 4MiB or more")
        }
        return size.bytes
    }

    /// Only counts can be asked for: the engine refuses names of single devices in a service.
    private func genericResources(_ devices: SortedMap<String>) throws(DriverError) -> [CanonicalValue] {
        var resources: [CanonicalValue] = []
        for entry in devices {
            guard let count = Int64(entry.value), count > 0 else {
                throw refusal(
                    "resources.reservations.devices.\(entry.key)",
                    "is no count",
                    help: "write how many, such as \"2\"; services cannot ask for a single one by its name"
                )
            }
            var discrete = EngineJSON()
            discrete.set("Kind", entry.key)
            discrete.set("Value", .integer(count))
            var resource = EngineJSON()
            resource.set("DiscreteResourceSpec", discrete)
            resources.append(resource.value)
        }
        return resources
    }

    func placement() throws(DriverError) -> EngineJSON {
        var json = EngineJSON()
        json.some("Constraints", spec.placement?.constraints ?? [])
        var preferences: [CanonicalValue] = []
        for text in spec.placement?.preferences ?? [] {
            guard text.hasPrefix("spread=") else {
                throw refusal("placement.preferences", "holds no `spread=KEY`", help: "write `spread=node.labels.zone`")
            }
            var spread = EngineJSON()
            spread.set("SpreadDescriptor", String(text.dropFirst("spread=".count)))
            var preference = EngineJSON()
            preference.set("Spread", spread)
            preferences.append(preference.value)
        }
        json.some("Preferences", preferences)
        json.some("MaxReplicas", spec.placement?.maxPerNode.map(Int64.init))
        if let platform = spec.platform { json.set("Platforms", .array([try self.platform(platform).value])) }
        return json
    }

    /// `linux/amd64`: the engine has no platform to fetch, but places tasks on nodes of that platform only.
    private func platform(_ text: String) throws(DriverError) -> EngineJSON {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...3).contains(parts.count), !parts.contains("") else {
            throw refusal("platform", "is no OS/ARCHITECTURE", help: "write `linux/amd64`")
        }
        var platform = EngineJSON()
        if parts.count > 1 { platform.set("Architecture", parts[1]) }
        platform.set("OS", parts[0])
        return platform
    }

    func logging() -> EngineJSON {
        var json = EngineJSON()
        json.some("Name", spec.logging?.driver)
        json.some("Options", spec.logging?.options ?? [:])
        return json
    }
}
