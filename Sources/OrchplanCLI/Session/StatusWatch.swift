// Signal sources are thread-safe and never said so in their type.
@preconcurrency import Dispatch
import Drivers
import Glibc
import Synchronization

/// Shows the status each time something changed, until it is interrupted or nobody reads any more.
struct StatusWatch: Sendable {
    let reader: StatusReader
    let output: TerminalWriter
    let errors: TerminalWriter

    /// Between two readings lies at least so much time: changes close together are one.
    private static let pause = Duration.milliseconds(100)
    /// Without any news everything is read again after this time: ages grow, and services come.
    private static let period = Duration.seconds(1)

    /// - Parameter choose: The part of a report that is to be shown.
    /// - Returns: The exit code: 130 after an interrupt, 0 when the output was closed.
    func run(_ start: StatusPresenter, _ choose: (StatusReport) throws -> StatusReport) async throws -> Int32 {
        var presenter = start
        let (changes, feed) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let isInterrupted = Mutex(false)
        let interrupts = Interrupts {
            isInterrupted.withLock { $0 = true }
            feed.finish()
        }
        let resizing = Self.on(SIGWINCH) { feed.yield() }
        let isSuspended = Mutex(false)
        signal(SIGTSTP, SIG_IGN)
        let suspending = Self.on(SIGTSTP) {
            isSuspended.withLock { $0 = true }
            feed.yield()
        }
        let clock = Task {
            while (try? await Task.sleep(for: Self.period)) != nil { feed.yield() }
        }
        let listener = ChangeListener(reader.driver) { feed.yield() }
        defer {
            interrupts.stop()
            resizing.cancel()
            suspending.cancel()
            signal(SIGTSTP, SIG_DFL)
            clock.cancel()
        }
        // Whatever ends this, the terminal is given back.
        defer { output.write(presenter.close(size: TerminalSize.current())) }
        feed.yield()
        for await _ in changes {
            if isSuspended.withLock({ Self.taken(&$0) }) {
                // The shell is to find the terminal as it was; what goes on when this does draws it all again.
                output.write(presenter.suspend())
                raise(SIGSTOP)
            }
            do {
                let report = try await reader.read(startsAgent: !presenter.hasShown)
                await listener.listen()
                output.write(presenter.show(try choose(report), size: TerminalSize.current()))
            } catch let failure as CommandFailure {
                // The first reading decides whether there is anything to watch at all.
                guard presenter.hasShown, let view = failure.view else { throw failure }
                output.write(presenter.fail(view.message, size: TerminalSize.current()))
            }
            guard output.isOpen else { break }
            try? await Task.sleep(for: Self.pause)
        }
        await listener.stop()
        return isInterrupted.withLock { $0 } ? 130 : 0
    }

    /// What a flag was; it is down from now on.
    private static func taken(_ flag: inout Bool) -> Bool {
        defer { flag = false }
        return flag
    }

    private static func on(_ number: Int32, _ handler: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: handler)
        source.resume()
        return source
    }
}

/// Listens to what happens in the cluster.
actor ChangeListener {
    private let driver: any ClusterObserving
    private let changed: @Sendable () -> Void
    private var task: Task<Void, Never>?

    init(_ driver: any ClusterObserving, _ changed: @escaping @Sendable () -> Void) {
        self.driver = driver
        self.changed = changed
    }

    /// Listens from now on; once the cluster has stopped telling, it is to be called again.
    func listen() {
        guard task == nil else { return }
        task = Task { [driver, changed] in
            do {
                for try await _ in driver.events() { changed() }
            } catch {
                // Whoever reads next is told why; until then there is the clock.
            }
            self.ended()
        }
    }

    func stop() {
        task?.cancel()
    }

    private func ended() {
        task = nil
    }
}
