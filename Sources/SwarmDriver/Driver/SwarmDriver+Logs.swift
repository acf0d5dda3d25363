import Drivers
import ResourceModel

extension SwarmDriver {
    /// The last lines of an instance, wherever in the cluster it runs.
    package func recentLogs(instance id: String, lines: Int) async -> [String] {
        guard let task = try? await task(of: id) else { return [] }
        let query = [
            EngineQueryItem("stdout", "true"), EngineQueryItem("stderr", "true"),
            EngineQueryItem("tail", "\(lines)"),
        ]
        let frames = client.frames("/tasks/\(task)/logs", query)
        let text = await withTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                var bytes: [UInt8] = []
                do {
                    for try await frame in frames {
                        bytes += frame.bytes
                        if bytes.count > 1 << 20 { break }
                    }
                } catch {
                    // What came until then is better than nothing.
                }
                return bytes
            }
            group.addTask {
                // A node that is gone never answers.
                try? await Task.sleep(for: .seconds(5))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next()?.flatMap { $0 } ?? []
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").suffix(lines).map(String.init)
    }

    /// The engine's id of the task that an instance is.
    private func task(of instance: String) async throws(EngineError) -> String? {
        let tasks = try await client.get("/tasks", [EngineFilter.project(project).item]).array ?? []
        guard let part = instance.split(separator: ".").last, !part.isEmpty else { return nil }
        return tasks.compactMap { $0["ID"]?.string }.first { $0.hasPrefix(part) }
    }
}
