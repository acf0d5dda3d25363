import NIOCore
import Synchronization

/// The open connections of a server, to be ended with it.
final class AgentConnections: Sendable {
    private struct Entry {
        let channel: any Channel
        let connection: NIOLoopBound<AgentConnection>
    }

    private let shared = Mutex<(closing: Bool, entries: [ObjectIdentifier: Entry])>((false, [:]))

    func add(_ channel: any Channel, _ connection: NIOLoopBound<AgentConnection>) {
        let key = ObjectIdentifier(channel)
        let closing = shared.withLock { shared in
            shared.entries[key] = Entry(channel: channel, connection: connection)
            return shared.closing
        }
        channel.closeFuture.whenComplete { _ in
            self.shared.withLock { _ = $0.entries.removeValue(forKey: key) }
        }
        if closing { channel.close(promise: nil) }
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
