import ResourceModel

/// What is wrong with an instance, in words.
package struct InstanceTrouble: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// It ends again and again.
        case crashLoop
        /// It ended once and is about to start again.
        case restarting
        /// It runs, and its probe says no.
        case unhealthy
        /// It has started, and its probe has not said yes yet.
        case starting
        /// It ended badly and stays so.
        case failed
        /// It waits for a place.
        case waiting
    }

    package var kind: Kind
    /// Without the times, which differ from one instance to the next: `exit status 1`.
    package var reason: String
    /// All of it: `crash loop: exit status 1, restarts in 8s, 14 restarts`.
    package var text: String

    package var look: Look {
        switch kind {
        case .crashLoop, .failed: .red
        case .restarting, .unhealthy, .starting, .waiting: .yellow
        }
    }

    /// After so long without an ending an instance that ended often counts as recovered.
    private static let recovery: Int64 = 60_000

    /// Nil when nothing is wrong.
    package init?(_ instance: ObservedInstance, _ facts: InstanceFacts, now: Timestamp) {
        func age(_ time: Int?) -> String? {
            time.map { Words.age(now.since(Timestamp(milliseconds: Int64($0)))) }
        }
        let message = Self.line(instance.message)
        let isYoung = facts.startedAt.map { now.milliseconds - Int64($0) < Self.recovery } ?? false
        let restarts = Words.count(instance.restarts, "restart")
        switch instance.phase {
        case .backoff:
            kind = instance.restarts > 1 ? .crashLoop : .restarting
            reason = Self.ending(instance)
            let next = facts.startsAgainAt.map { "restarts in \(Self.left(until: $0, now))" } ?? "waits for its restart"
            text = kind == .crashLoop ? "crash loop: \(reason), \(next), \(restarts)" : "ended: \(reason), \(next)"
        case .failed:
            kind = .failed
            reason = Self.ending(instance)
            text = "failed for good: \(reason)" + (instance.restarts > 0 ? ", \(restarts)" : "")
        case .starting, .running:
            if instance.restarts > 1, isYoung, instance.exitStatus != nil || !instance.isHealthy {
                kind = .crashLoop
                reason = instance.exitStatus == nil ? message ?? "never healthy" : Self.status(instance.exitStatus)
                let up = age(facts.startedAt).map { "up again for \($0), " } ?? ""
                text = "crash loop: \(reason), \(up)\(restarts)"
            } else if instance.isHealthy {
                return nil
            } else if instance.phase == .running {
                kind = .unhealthy
                reason = message ?? "its probe fails"
                text = reason.contains("unhealthy") || reason.hasPrefix("not ready") ? reason : "unhealthy: \(reason)"
                if let time = age(facts.since) { text += ", for \(time)" }
            } else if let message {
                kind = .starting
                reason = message
                text = "not healthy yet\(age(facts.startedAt).map { ", \($0) after its start" } ?? ""): \(message)"
            } else {
                return nil
            }
        case .pending:
            guard let message else { return nil }
            kind = .waiting
            reason = message
            text = "waiting: \(message)"
        case .stopping, .completed: return nil
        }
    }

    /// Why the last run is over: its status, or what the agent says where that was the agent's doing.
    private static func ending(_ instance: ObservedInstance) -> String {
        if instance.exitStatus != nil { return status(instance.exitStatus) }
        return line(instance.message) ?? "it ended"
    }

    private static func status(_ status: ResourceModel.ExitStatus?) -> String {
        (status ?? .unknown).text
    }

    private static func left(until time: Int, _ now: Timestamp) -> String {
        let left = Int64(time) - now.milliseconds
        return left <= 0 ? "a moment" : Words.age(.milliseconds(left + 999))
    }

    /// The first line of a message, without colours.
    private static func line(_ message: String?) -> String? {
        message.map { ControlSequences.removed(from: $0) }?.split(whereSeparator: \.isNewline).first.map(String.init)
    }
}
