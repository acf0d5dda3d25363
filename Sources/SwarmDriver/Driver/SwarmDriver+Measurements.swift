import Drivers
import ResourceModel

extension SwarmDriver {
    /// What every instance uses now; the engine that is asked tells it of its own node's.
    ///
    /// An instance on another node is listed with nothing in use only while it does not run; one that runs there is left
    /// out, since nobody knows.
    package func measurements() async throws(DriverError) -> [ServiceMeasurement] {
        let services = try await reading { () throws(EngineError) in
            try await ServiceReader(project: project, client: client).services()
        }
        let usage = try await reading { () throws(EngineError) in try await localUsage() }
        return services.map { service in
            ServiceMeasurement(
                service: service.address.name,
                instances: service.instances.compactMap { instance in
                    let known = usage[Self.taskPart(instance.id)]
                    if known == nil, instance.phase == .running { return nil }
                    return InstanceMeasurement(
                        id: instance.id,
                        cpuTime: known?.cpuTime ?? .zero,
                        memory: known?.memory ?? ByteCount(bytes: 0),
                        restarts: instance.restarts
                    )
                }
            )
        }
    }

    private struct Usage: Sendable {
        var cpuTime: Duration
        var memory: ByteCount
    }

    /// By the part of a task's id that instances are named by.
    private func localUsage() async throws(EngineError) -> [String: Usage] {
        // Containers of services that were taken over have none of the project's labels.
        let services = try await client.get("/services", [EngineFilter.project(project).item]).array ?? []
        let own = Set(services.compactMap { $0["ID"]?.string })
        let key = "com.docker.swarm.service.id"
        let containers = (try await client.get("/containers/json", [EngineFilter.labels([key]).item]).array ?? [])
            .filter { own.contains($0["Labels"]?[key]?.string ?? "") }
        return await withTaskGroup(of: (String, Usage)?.self) { group in
            for container in containers {
                guard let id = container["Id"]?.string,
                    let task = container["Labels"]?["com.docker.swarm.task.id"]?.string
                else { continue }
                group.addTask { [client] in
                    let query = [EngineQueryItem("stream", "false"), EngineQueryItem("one-shot", "true")]
                    guard let stats = try? await client.get("/containers/\(id)/stats", query) else { return nil }
                    return (String(task.prefix(12)), Self.usage(stats))
                }
            }
            var found: [String: Usage] = [:]
            for await entry in group {
                if let entry { found[entry.0] = entry.1 }
            }
            return found
        }
    }

    /// Memory as `docker stats` shows it: without what the page cache could give back.
    private static func usage(_ stats: CanonicalValue) -> Usage {
        let memory = stats["memory_stats"]
        let whole = memory?["usage"]?.wholeNumber ?? 0
        let details = memory?["stats"]
        let cache = details?["total_inactive_file"]?.wholeNumber ?? details?["inactive_file"]?.wholeNumber ?? 0
        return Usage(
            cpuTime: .nanoseconds(stats.at("cpu_stats", "cpu_usage", "total_usage")?.wholeNumber ?? 0),
            memory: ByteCount(bytes: max(0, whole - (cache < whole ? cache : 0)))
        )
    }

    private static func taskPart(_ instance: String) -> String {
        String(instance.split(separator: ".").last ?? "")
    }
}
