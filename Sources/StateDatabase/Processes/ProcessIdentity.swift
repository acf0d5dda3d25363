import Glibc
import ResourceModel
import StateStores

/// What tells one process from every other, also after a reboot and after its number was given to another.
package struct ProcessIdentity: Sendable, Hashable {
    package var host: String
    package var pid: Int
    /// The kernel's id of this boot, a slash, and the namespace that the pid counts in; empty: the kernel does not say.
    package var bootID: String
    /// When the process started, in the kernel's ticks.
    package var startTicks: UInt64

    package init(host: String, pid: Int, bootID: String, startTicks: UInt64) {
        self.host = host
        self.pid = pid
        self.bootID = bootID
        self.startTicks = startTicks
    }

    /// The identity of the process that asks.
    package static func current() -> ProcessIdentity {
        let pid = Int(getpid())
        return ProcessIdentity(
            host: hostName(),
            pid: pid,
            bootID: bootID(),
            startTicks: ProcessStatus(of: pid)?.startTicks ?? 0
        )
    }

    /// A request for the lock on behalf of this process, under a fresh random id.
    ///
    /// - Parameters:
    ///   - holder: who asks, for people: `user@host`.
    ///   - operation: `apply`, `destroy`, `rollback`.
    package func lockRequest(holder: String, operation: String, now: Timestamp) -> LockRequest {
        LockRequest(
            id: Lineage.random(),
            holder: holder,
            host: host,
            pid: pid,
            bootID: bootID,
            startTicks: startTicks,
            operation: operation,
            now: now
        )
    }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func bootID() -> String {
        guard let text = SmallFile.read("/proc/sys/kernel/random/boot_id") else { return "" }
        var status = stat()
        let namespace = stat("/proc/self/ns/pid", &status) == 0 ? String(status.st_ino) : ""
        return "\(text.prefix { $0 != "\n" })/\(namespace)"
    }
}

/// What /proc says of a process.
struct ProcessStatus: Equatable {
    var startTicks: UInt64
    /// It ended, and its parent has not noticed yet.
    var hasEnded: Bool

    /// Reads `/proc/PID/stat`; nil: it cannot be read.
    init?(of pid: Int) {
        guard let text = SmallFile.read("/proc/\(pid)/stat") else { return nil }
        self.init(parsing: text)
    }

    /// Reads the text of a stat file: the name in parentheses may hold anything, so fields count from the last `)`.
    init?(parsing text: String) {
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
        startTicks = ticks
        hasEnded = ["Z", "X", "x"].contains(fields[0])
    }
}
