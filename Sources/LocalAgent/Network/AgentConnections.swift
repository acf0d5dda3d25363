import NIOCore
import Synchronization

/// The open connections of a server: ended with it, and thinned out when there are too many.
final class AgentConnections: Sendable {
    private struct Entry {
        let channel: any Channel
        let connection: NIOLoopBound<AgentConnection>
        let since = NIODeadline.now()
        /// Whether all of its request is there.
        var isHeard = false
    }

    private struct Shared {
        var closing = false
        var entries: [ObjectIdentifier: Entry] = [:]
        /// The end of the pause in which nobody is looked for again.
        var nextLook = NIODeadline.distantPast
    }

    private let crowd: Int
    private let hurry: TimeAmount
    private let shared = Mutex(Shared())

    init(_ limits: AgentServer.Limits) {
        crowd = limits.crowd
        hurry = TimeAmount(limits.hurry)
    }

    func add(_ channel: any Channel, _ connection: NIOLoopBound<AgentConnection>) {
        let key = ObjectIdentifier(channel)
        let (closing, isCrowded, left) = shared.withLock { shared -> (Bool, Bool, (any Channel)?) in
            shared.entries[key] = Entry(channel: channel, connection: connection)
            return (shared.closing, shared.entries.count > crowd, leaving(shared))
        }
        channel.closeFuture.whenComplete { _ in
            self.shared.withLock { _ = $0.entries.removeValue(forKey: key) }
        }
        if closing { channel.close(promise: nil) }
        left?.close(promise: nil)
        if isCrowded {
            thinOut()
            // And again when this one has had its time: there may be no next one, for want of files.
            channel.eventLoop.scheduleTask(in: hurry + .milliseconds(1)) { self.thinOut() }
        }
    }

    /// Who has to make room at once, so that files are left for the agent's own work: nothing goes on without any.
    ///
    /// The one that has said nothing for longest; where all have, the newest.
    private func leaving(_ shared: Shared) -> (any Channel)? {
        guard shared.entries.count > crowd + crowd / 2 else { return nil }
        let oldest = shared.entries.values.filter { !$0.isHeard && $0.channel.isActive }.min { $0.since < $1.since }
        return (oldest ?? shared.entries.values.max { $0.since < $1.since })?.channel
    }

    /// The request of a connection is complete.
    func heard(_ channel: any Channel) {
        shared.withLock { $0.entries[ObjectIdentifier(channel)]?.isHeard = true }
    }

    /// Ends those that have had their time and have not said what they want, while there are too many.
    private func thinOut() {
        let now = NIODeadline.now()
        let slow = shared.withLock { shared -> [any Channel] in
            guard shared.entries.count > crowd, now >= shared.nextLook else { return [] }
            // Looking goes through all of them, and thousands may come at once.
            shared.nextLook = now + .milliseconds(50)
            return shared.entries.values.filter { !$0.isHeard && now - $0.since >= hurry }.map(\.channel)
        }
        for channel in slow { channel.close(promise: nil) }
    }

    /// Asks every connection to finish, and closes those that have not after `grace`.
    func close(within grace: Duration, on loop: any EventLoop) async {
        let entries = shared.withLock { shared in
            shared.closing = true
            return Array(shared.entries.values)
        }
        for entry in entries {
            entry.channel.eventLoop.execute { entry.connection.value.finish() }
        }
        let timer = loop.scheduleTask(in: TimeAmount(grace)) {
            for entry in entries { entry.channel.close(promise: nil) }
        }
        for entry in entries { try? await entry.channel.closeFuture.get() }
        timer.cancel()
    }
}
