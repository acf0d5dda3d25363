import Drivers
import ResourceModel

extension SwarmDriver {
    /// The last lines of an instance, wherever in the cluster it runs, and what its health check said last.
    ///
    /// Of an instance that said nothing, or of a service by its name, those of the last task that failed: of a rollout
    /// that went back nothing else is left to see.
    package func recentLogs(instance id: String, lines: Int) async -> [String] {
        guard let answers = try? await reader.answers() else { return [] }
        let asked = Self.task(of: id, in: answers.tasks)
        var found = asked.map { [$0] } ?? []
        if let failed = Self.lastFailure(id, answers), failed != asked { found.append(failed) }
        for task in found {
            let words = await printed(by: task, lines: lines) + probed(task)
            if !words.isEmpty { return words }
        }
        return []
    }

    private func printed(by task: CanonicalValue, lines: Int) async -> [String] {
        guard let id = task["ID"]?.string else { return [] }
        let query = [
            EngineQueryItem("stdout", "true"), EngineQueryItem("stderr", "true"),
            EngineQueryItem("tail", "\(lines)"),
        ]
        let frames = client.frames("/tasks/\(id)/logs", query)
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

    /// What the health check of a task's container said last, where it failed; only the container's own node knows.
    private func probed(_ task: CanonicalValue) async -> [String] {
        guard let container = task.at("Status", "ContainerStatus", "ContainerID")?.string, !container.isEmpty,
            let state = try? await client.get("/containers/\(container)/json", deadline: .seconds(5))
        else { return [] }
        return ProbeWords.lines(state)
    }

    /// The engine's id of the task that printed what is to know of an instance; nil: none has.
    func task(of instance: String) async throws(EngineError) -> String? {
        Self.task(of: instance, in: try await reader.answers().tasks)?["ID"]?.string
    }

    /// The task that printed what is to know of an instance; nil: none has.
    ///
    /// The engine makes a new task for every start. One that has not started has printed nothing: what is worth reading
    /// in a crash loop is what the task before it said.
    static func task(of instance: String, in tasks: [CanonicalValue]) -> CanonicalValue? {
        let parts = instance.split(separator: ".")
        guard parts.count > 1, let part = parts.last, !part.isEmpty,
            let found = tasks.first(where: { $0["ID"]?.string?.hasPrefix(part) == true }),
            let task = EngineTask(found)
        else { return nil }
        guard task.state <= .ready else { return found }
        var last: EngineTask?
        for json in tasks where json["ServiceID"] == found["ServiceID"] && json["Slot"] == found["Slot"] {
            guard let other = EngineTask(json), other.state.isOwnEnd, task.isNewer(than: other),
                task.slot != 0 || other.node == task.node, last.map({ other.isNewer(than: $0) }) ?? true
            else { continue }
            last = other
        }
        return last.flatMap { last in tasks.first { $0["ID"]?.string == last.id } }
    }

    /// The newest task of a service that failed, one of another definition than the present one before others.
    private static func lastFailure(_ instance: String, _ answers: ServiceAnswers) -> CanonicalValue? {
        let parts = instance.split(separator: ".")
        let name = parts.count > 2 ? parts.dropLast(2).joined(separator: ".") : instance
        let address = ResourceAddress(.service, name)
        guard let service = answers.services.first(where: { $0["Spec"].flatMap(LookedAt.address) == address }),
            let spec = service["Spec"]
        else { return nil }
        let template = AdoptedService.anyTemplate(spec)
        var last: EngineTask?
        for json in answers.tasks where json["ServiceID"] == service["ID"] {
            guard let task = EngineTask(json), task.state.isOwnEnd else { continue }
            let isOther = task.template != template
            // What is stopped because its health check fails may well end as if nothing had been wrong.
            guard isOther || task.state != .complete else { continue }
            let isBetter = last.map { last in
                isOther == (last.template != template) ? task.isNewer(than: last) : isOther
            }
            if isBetter ?? true { last = task }
        }
        return last.flatMap { last in answers.tasks.first { $0["ID"]?.string == last.id } }
    }
}

/// What a container's health check said, as people read it.
enum ProbeWords {
    private static let most = 3

    /// - Parameter container: An answer of `/containers/ID/json`.
    /// - Returns: Nothing for a container without a check, or one whose last check succeeded.
    static func lines(_ container: CanonicalValue) -> [String] {
        guard let last = container.at("State", "Health", "Log")?.array?.last,
            let status = last["ExitCode"]?.wholeNumber, status != 0
        else { return [] }
        let said = (last["Output"]?.string ?? "").split(whereSeparator: \.isNewline).map(String.init)
        // Below zero the engine itself says why there is no exit status.
        let head = status > 0 ? "health check, exit status \(status)" : "health check"
        guard let first = said.first else { return [head] }
        return (["\(head): \(first)"] + said.dropFirst().map { "  \($0)" }).prefix(most).map { $0 }
    }
}
