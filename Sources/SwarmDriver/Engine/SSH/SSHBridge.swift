import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Lends the connections of the system's ssh to an HTTP client, as a socket of its own.
///
/// Each connection to the socket starts one ssh whose input and output it becomes, as Docker's own client does it. The
/// socket is in a directory that only its user may enter and has the mode 0600.
final class SSHBridge: Sendable {
    /// The socket to connect to.
    let path: String
    private let directory: String
    private let listener: EventLoopFuture<any Channel>
    private let links: SSHLinks

    /// Listens; starts no ssh yet.
    init(to destination: SSHDestination, environment: [String: String]) throws(EngineError) {
        guard let program = EngineFile.program("ssh", environment: environment) else {
            throw .settings("there is no ssh to reach \(destination) with", help: "install openssh-client")
        }
        directory = try PrivateDirectory.make(environment: environment)
        path = directory + "/engine.sock"
        let command = SSHCommand(program: program, destination: destination, environment: environment)
        let links = SSHLinks(command)
        self.links = links
        do throws(EngineError) {
            let descriptor = try PrivateDirectory.listen(at: path)
            listener = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                // The other end of a connection is not read before there is an ssh to take it.
                .childChannelOption(.autoRead, value: false)
                .childChannelInitializer { links.accept($0) }
                .withBoundSocket(descriptor)
        } catch {
            PrivateDirectory.remove(directory)
            throw error
        }
    }

    /// How the last connection's ssh ended, when it ended without having brought a byte.
    var lastFailure: String? { links.lastFailure }

    /// Ends every ssh, waits for them and removes the socket.
    func close() async {
        if let channel = try? await listener.get() { try? await channel.close() }
        await links.close()
        PrivateDirectory.remove(directory)
    }
}

/// The connections of a bridge that are open.
final class SSHLinks: Sendable {
    private let command: SSHCommand
    private let state = Mutex(State())

    private struct State {
        var open: [ObjectIdentifier: Link] = [:]
        var lastFailure: String?
        var isClosed = false
    }

    private struct Link {
        var local: any Channel
        /// Done when its ssh was waited for.
        var ended: EventLoopFuture<Void>
    }

    init(_ command: SSHCommand) {
        self.command = command
    }

    var lastFailure: String? { state.withLock { $0.lastFailure } }

    /// Gives a new connection an ssh.
    func accept(_ local: any Channel) -> EventLoopFuture<Void> {
        let loop = local.eventLoop
        let child: SSHChild
        do throws(EngineError) {
            child = try command.start()
        } catch {
            let text = error.description
            state.withLock { $0.lastFailure = text }
            return loop.makeFailedFuture(error)
        }
        let ended = loop.makePromise(of: Void.self)
        let id = ObjectIdentifier(local)
        let isClosed = state.withLock { state in
            state.open[id] = Link(local: local, ended: ended.futureResult)
            return state.isClosed
        }
        let remote = ClientBootstrap(group: loop)
            .channelOption(.autoRead, value: false)
            .withConnectedSocket(child.takeSocket())
        remote.whenFailure { _ in
            child.end(on: loop)
                .whenComplete { _ in
                    self.state.withLock { $0.open[id] = nil }
                    ended.succeed()
                }
        }
        return
            remote.flatMap { remote in
                let joined = SSHRelay.join(local, remote) { received in
                    // What ssh has to say is known before the client hears that its connection ended.
                    child.end(on: loop)
                        .map { reason in
                            self.state.withLock { state in
                                state.open[id] = nil
                                state.lastFailure = received ? nil : reason
                            }
                        }
                        .always { _ in ended.succeed() }
                }
                return isClosed ? local.close() : joined
            }
    }

    func close() async {
        let links = state.withLock { state in
            state.isClosed = true
            return Array(state.open.values)
        }
        for link in links { link.local.close(promise: nil) }
        for link in links { try? await link.ended.get() }
    }
}
