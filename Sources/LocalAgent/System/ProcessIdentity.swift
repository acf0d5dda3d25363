import Glibc
import ResourceModel

/// A process beyond doubt: a process id alone is reused, with its start time and the boot it is not.
package struct ProcessIdentity: Sendable, Hashable {
    package var pid = 0
    /// Start time in clock ticks since the boot, field 22 of `/proc/PID/stat`.
    package var startTicks = 0
    /// `/proc/sys/kernel/random/boot_id`.
    package var bootID = ""

    package init() {}

    package init(pid: Int, startTicks: Int, bootID: String) {
        self.pid = pid
        self.startTicks = startTicks
        self.bootID = bootID
    }

    /// The identity of a process that runs now; nil when there is none.
    package static func of(_ pid: Int) -> ProcessIdentity? {
        ProcessStatus.read(pid).map { ProcessIdentity(pid: pid, startTicks: $0.startTicks, bootID: currentBoot) }
    }

    /// The identity of this process.
    package static var own: ProcessIdentity { of(Int(getpid())) ?? ProcessIdentity() }

    /// The boot that the machine is in.
    package static let currentBoot: String = {
        let bytes = (try? DurableFile.read("/proc/sys/kernel/random/boot_id")) ?? []
        return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    }()
}

extension ProcessIdentity: CanonicalRecord {
    package static let fields: [CanonicalField<ProcessIdentity>] = [
        .init("pid", \.pid), .init("startTicks", \.startTicks), .init("bootID", \.bootID),
    ]
}

/// What `/proc/PID/stat` tells.
package struct ProcessStatus: Sendable, Hashable {
    package var parent: Int
    package var startTicks: Int
    /// `Z` for a process that has ended and was not waited for.
    package var state: UInt8

    /// Reads the status of a process; nil when there is none.
    package static func read(_ pid: Int) -> ProcessStatus? {
        guard let bytes = (try? DurableFile.read("/proc/\(pid)/stat")).flatMap({ $0 }) else { return nil }
        return parse(bytes)
    }

    /// The program's name stands in parentheses and may hold anything, so fields are counted from the last one.
    static func parse(_ bytes: [UInt8]) -> ProcessStatus? {
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let state = fields[0].first,
            let parent = Int(String(decoding: fields[1], as: UTF8.self)),
            let ticks = Int(String(decoding: fields[19], as: UTF8.self))
        else { return nil }
        return ProcessStatus(parent: parent, startTicks: ticks, state: state)
    }

    /// The children of a process's main thread.
    package static func children(of pid: Int) -> [Int] {
        let bytes = (try? DurableFile.read("/proc/\(pid)/task/\(pid)/children")).flatMap { $0 } ?? []
        return bytes.split(separator: UInt8(ascii: " ")).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
}
