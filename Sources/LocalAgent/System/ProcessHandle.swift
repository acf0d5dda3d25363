import CSystemCalls
import Glibc
import ResourceModel

/// A hold on one process: signals go to it or nowhere.
package final class ProcessHandle: Sendable {
    package let identity: ProcessIdentity
    /// A pidfd; readable once the process has ended.
    package let descriptor: Descriptor

    private init(identity: ProcessIdentity, descriptor: Descriptor) {
        self.identity = identity
        self.descriptor = descriptor
    }

    /// Takes hold of a process; nil when it has gone, or when another one has its id.
    ///
    /// The start time is read after the descriptor was opened: from then on the descriptor cannot come to stand for a
    /// stranger, so one comparison settles it.
    package static func open(_ identity: ProcessIdentity) -> ProcessHandle? {
        guard identity.pid > 1, identity.bootID == ProcessIdentity.currentBoot else { return nil }
        let number = orchplan_pidfd_open(pid_t(identity.pid))
        guard number >= 0 else { return nil }
        let descriptor = Descriptor(owning: number)
        guard ProcessStatus.read(identity.pid)?.startTicks == identity.startTicks else { return nil }
        return ProcessHandle(identity: identity, descriptor: descriptor)
    }

    /// Takes hold of a child that has not been waited for.
    package static func openChild(_ pid: pid_t) -> ProcessHandle? {
        ProcessIdentity.of(Int(pid)).flatMap(open)
    }

    /// Sends a signal; false when the process has ended.
    @discardableResult
    package func signal(_ number: Int32) -> Bool {
        orchplan_pidfd_send_signal(descriptor.number, number) == 0
    }

    package var hasEnded: Bool {
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 1
    }

    /// Waits for a child without blocking.
    ///
    /// - Returns: How it ended; nil while it runs, and for a process that is not our child.
    @discardableResult
    package func reap() -> ExitStatus? {
        var end = orchplan_child_end()
        guard orchplan_reap_pidfd(descriptor.number, &end) == 1 else { return nil }
        return end.signalled ? .signal(Int(end.value)) : .code(Int(end.value))
    }
}
