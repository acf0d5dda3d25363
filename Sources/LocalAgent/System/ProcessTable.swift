import Glibc

/// Every process of the machine at one moment, with what it uses.
struct ProcessTable: Sendable {
    /// What a process, or several together, use.
    struct Usage: Sendable, Hashable {
        /// User and system time, of children that were waited for too.
        var cpuMicroseconds = 0
        /// Resident memory; pages that several processes share count for each.
        var memoryBytes = 0
    }

    private var usages: [Int: Usage] = [:]
    private var children: [Int: [Int]] = [:]

    /// Reads `/proc`; processes that end meanwhile are left out.
    init() {
        for name in FileTree.names(in: "/proc") {
            guard let pid = Int(name), let bytes = (try? DurableFile.read("/proc/\(pid)/stat")).flatMap({ $0 }),
                let (parent, usage) = Self.parse(bytes)
            else { continue }
            usages[pid] = usage
            children[parent, default: []].append(pid)
        }
    }

    /// A process and all that descends from it, together.
    ///
    /// In a PID namespace nothing escapes that way: who loses its parent becomes a child of the first process.
    func usage(below pid: Int) -> Usage {
        var sum = Usage()
        for process in [pid] + descendants(of: pid) {
            guard let usage = usages[process] else { continue }
            sum.cpuMicroseconds += usage.cpuMicroseconds
            sum.memoryBytes += usage.memoryBytes
        }
        return sum
    }

    /// All that descends from a process.
    func descendants(of pid: Int) -> [Int] {
        var found: [Int] = []
        var left = children[pid] ?? []
        while let next = left.popLast() {
            found.append(next)
            left += children[next] ?? []
        }
        return found
    }

    /// Fields 4, 14 to 17 and 24 of `/proc/PID/stat`, counted from the end of the name.
    static func parse(_ bytes: [UInt8]) -> (parent: Int, usage: Usage)? {
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        func number(_ index: Int) -> Int? {
            index < fields.count ? Int(String(decoding: fields[index], as: UTF8.self)) : nil
        }
        guard let parent = number(1), let user = number(11), let system = number(12), let pages = number(21) else {
            return nil
        }
        let ticks = user + system + (number(13) ?? 0) + (number(14) ?? 0)
        let usage = Usage(
            cpuMicroseconds: ticks * (1_000_000 / max(1, sysconf(Int32(_SC_CLK_TCK)))),
            memoryBytes: pages * sysconf(Int32(_SC_PAGESIZE))
        )
        return (parent, usage)
    }
}
