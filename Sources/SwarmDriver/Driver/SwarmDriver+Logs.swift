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
                    // The engine's own words are no output.
                    for try await frame in frames where frame.stream != .engine {
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

    /// The engine's id of the task that printed what is to know of an instance; nil: none has.
    ///
    /// The engine makes a new task for every start. One that has not started has printed nothing: what is worth reading
    /// in a crash loop is what the task before it said.
    func task(of instance: String) async throws(EngineError) -> String? {
        let tasks = try await ServiceReader(project: project, client: client).answers().tasks
        guard let part = instance.split(separator: ".").last, !part.isEmpty,
            let found = tasks.first(where: { $0["ID"]?.string?.hasPrefix(part) == true }),
            let task = EngineTask(found)
        else { return nil }
        guard task.state <= .ready else { return task.id }
        return tasks.filter { $0["ServiceID"] == found["ServiceID"] && $0["Slot"] == found["Slot"] }
            .compactMap(EngineTask.init)
            .filter { $0.state.isOwnEnd && task.isNewer(than: $0) && (task.slot != 0 || $0.node == task.node) }
            .max { $1.isNewer(than: $0) }?
            .id
    }
}
