import Drivers
import ResourceModel

extension SwarmDriver {
    /// What every instance uses now; the engine that is asked tells it of its own node's.
    ///
    /// Of what runs on another node nobody knows what it uses, and it is listed as that: never as using nothing.
    package func measurements() async throws(DriverError) -> [ServiceMeasurement] {
        let services = try await reading { () throws(EngineError) in
            try await reader.services()
        }
        let usage = try await reading { () throws(EngineError) in try await localUsage() }
        let runs = services.flatMap(\.instances).filter { $0.phase == .running }
        let isElsewhere = runs.contains { usage[Self.taskPart($0.id)] == nil }
        // What runs here and is not listed has ended a moment ago.
        let here = isElsewhere ? try await reading { () throws(EngineError) in try await hostname() } : nil
        return services.map { service in
            let instances = service.instances.map { instance in
                var measured = InstanceMeasurement(id: instance.id, restarts: instance.restarts)
                switch usage[Self.taskPart(instance.id)] {
                case .known(let cpuTime, let memory)?: (measured.cpuTime, measured.memory) = (cpuTime, memory)
                case .untold?: measured.obstacle = "the engine does not tell what it uses"
                case nil where instance.phase == .running && instance.node != here:
                    measured.obstacle =
                        "it runs on \(instance.node), and an engine tells only of its own node's instances"
                case nil: break
                }
                return measured
            }
            return ServiceMeasurement(service: service.address.name, instances: instances)
        }
    }

    /// The name of the node whose engine is asked.
    private func hostname() async throws(EngineError) -> String? { try await client.get("/info")["Name"]?.string }

    private enum Usage: Sendable {
        case known(cpuTime: Duration, memory: ByteCount)
        case untold
    }

    /// Of the containers of the engine's own node, by the part of a task's id that instances are named by.
    private func localUsage() async throws(EngineError) -> [String: Usage] {
        // Containers of services that were taken over have none of the project's labels.
        let services = try await client.list("/services", [EngineFilter.project(project).item])
        let own = Set(services.compactMap { $0["ID"]?.string })
        let key = "com.docker.swarm.service.id"
        let containers = (try await client.list("/containers/json", [EngineFilter.labels([key]).item]))
            .filter { own.contains($0["Labels"]?[key]?.string ?? "") }
        return await withTaskGroup(of: (String, Usage).self) { group in
            for container in containers {
                guard let id = container["Id"]?.string,
                    let task = container["Labels"]?["com.docker.swarm.task.id"]?.string
                else { continue }
                group.addTask { [client] in
                    let query = [EngineQueryItem("stream", "false"), EngineQueryItem("one-shot", "true")]
                    let stats = try? await client.get("/containers/\(id)/stats", query)
                    return (String(task.prefix(12)), stats.map(Self.usage) ?? .untold)
                }
            }
            var found: [String: Usage] = [:]
            for await (task, usage) in group { found[task] = usage }
            return found
        }
    }

    /// Memory as `docker stats` shows it: without what the page cache could give back.
    private static func usage(_ stats: CanonicalValue) -> Usage {
        let memory = stats["memory_stats"]
        let whole = memory?["usage"]?.wholeNumber ?? 0
        let details = memory?["stats"]
        let cache = details?["total_inactive_file"]?.wholeNumber ?? details?["inactive_file"]?.wholeNumber ?? 0
        return .known(
            cpuTime: .nanoseconds(stats.at("cpu_stats", "cpu_usage", "total_usage")?.wholeNumber ?? 0),
            memory: ByteCount(bytes: max(0, whole - (cache < whole ? max(0, cache) : 0)))
        )
    }

    private static func taskPart(_ instance: String) -> String {
        String(instance.split(separator: ".").last ?? "")
    }
}
