import CSystemCalls
import Glibc
import Synchronization

/// Waits for descriptors on one thread of its own, so that no task blocks a thread that others need.
package final class DescriptorWatcher: Sendable {
    /// What a descriptor is awaited for.
    package enum Readiness: Sendable {
        case readable
        case writable
    }

    private struct Waiter {
        var continuation: CheckedContinuation<Bool, Never>
        var descriptor: Int32
        var deadline: ContinuousClock.Instant?
    }

    private struct State {
        var waiters: [UInt64: Waiter] = [:]
        var nextID: UInt64 = 1
    }

    private let epoll: Descriptor
    private let wakeUp: Descriptor
    private let state = Mutex(State())

    package static let shared: DescriptorWatcher? = try? DescriptorWatcher()

    package init() throws(SystemError) {
        let epollNumber = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epollNumber >= 0 else { throw .last("create an epoll descriptor") }
        epoll = Descriptor(owning: epollNumber)
        let eventNumber = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard eventNumber >= 0 else { throw .last("create an event descriptor") }
        wakeUp = Descriptor(owning: eventNumber)
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: 0))
        guard epoll_ctl(epollNumber, EPOLL_CTL_ADD, eventNumber, &event) == 0 else { throw .last("watch a descriptor") }
        try startThread()
    }

    /// Waits until the descriptor is ready.
    ///
    /// - Returns: False when the time is up, the task was cancelled or the descriptor cannot be watched.
    package func wait(
        _ descriptor: Descriptor,
        for readiness: Readiness = .readable,
        timeout: Duration? = nil
    ) async -> Bool {
        // A second registration of one descriptor is refused by epoll; a duplicate stands for the same file.
        let duplicate = fcntl(descriptor.number, F_DUPFD_CLOEXEC, 3)
        guard duplicate >= 0 else { return false }
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                register(duplicate, id, readiness, timeout, continuation)
            }
        } onCancel: {
            finish(id, ready: false)
        }
    }

    private func register(
        _ descriptor: Int32,
        _ id: UInt64,
        _ readiness: Readiness,
        _ timeout: Duration?,
        _ continuation: CheckedContinuation<Bool, Never>
    ) {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        state.withLock {
            $0.waiters[id] = Waiter(continuation: continuation, descriptor: descriptor, deadline: deadline)
        }
        let interest = readiness == .readable ? EPOLLIN.rawValue : EPOLLOUT.rawValue
        var event = epoll_event(events: interest | EPOLLONESHOT.rawValue, data: epoll_data(u64: id))
        guard !Task.isCancelled, epoll_ctl(epoll.number, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            return finish(id, ready: false)
        }
        if deadline != nil { wake() }
    }

    private func finish(_ id: UInt64, ready: Bool) {
        guard let waiter = state.withLock({ $0.waiters.removeValue(forKey: id) }) else { return }
        epoll_ctl(epoll.number, EPOLL_CTL_DEL, waiter.descriptor, nil)
        close(waiter.descriptor)
        waiter.continuation.resume(returning: ready)
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeUp.number, &one, 8)
    }

    private func startThread() throws(SystemError) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let number = pthread_create(&thread, nil, watchDescriptors, context)
        guard number == 0 else { throw SystemError(number, "start a thread") }
        pthread_detach(thread)
    }

    fileprivate func run() -> Never {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            let count = epoll_wait(epoll.number, &events, Int32(events.count), millisecondsToDeadline())
            for event in events.prefix(Int(max(0, count))) {
                if event.data.u64 == 0 {
                    var ignored: UInt64 = 0
                    _ = read(wakeUp.number, &ignored, 8)
                } else {
                    finish(event.data.u64, ready: true)
                }
            }
            let now = ContinuousClock.now
            let late = state.withLock { state in
                state.waiters.compactMap { id, waiter in (waiter.deadline.map { $0 <= now } ?? false) ? id : nil }
            }
            for id in late { finish(id, ready: false) }
        }
    }

    private func millisecondsToDeadline() -> Int32 {
        guard let next = state.withLock({ $0.waiters.values.compactMap(\.deadline).min() }) else { return -1 }
        let rest = (next - .now) / Duration.milliseconds(1)
        return Int32(max(0, min(rest.rounded(.up), 3_600_000)))
    }
}

private func watchDescriptors(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<DescriptorWatcher>.fromOpaque(context).takeRetainedValue().run()
}
