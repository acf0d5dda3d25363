import Glibc
import ResourceModel

/// What an instance of a root agent may do: the set that container engines leave by default.
enum CapabilityTable {
    static let standard = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ]

    /// The set after a manifest's `capAdd` and `capDrop`, as the sandbox program spells it, sorted.
    static func effective(add: [String], drop: [String]) -> [String] {
        let added = add.map(bare)
        let dropped = drop.map(bare)
        if added.contains("ALL"), !dropped.contains("ALL") { return ["ALL"] }
        var names = dropped.contains("ALL") ? [] : Set(standard)
        names.formUnion(added.filter { $0 != "ALL" })
        if !dropped.contains("ALL") { names.subtract(dropped) }
        return names.sorted().map { "CAP_\($0)" }
    }

    /// The set by the kernel's numbers, for a command that joins a running sandbox.
    static func numbers(add: [String], drop: [String]) -> Set<Int> {
        let names = effective(add: add, drop: drop)
        if names == ["ALL"] { return all }
        return Set(names.compactMap { kernelNames.firstIndex(of: String($0.dropFirst(4))) })
    }

    /// Every capability, also those that this table has no name for.
    static let all = Set(0..<64)

    /// Whether it is one that the kernel has, with or without `CAP_`.
    static func isKnown(_ name: String) -> Bool { kernelNames.contains(bare(name)) || bare(name) == "ALL" }

    /// In the order of the kernel's numbers, from 0.
    private static let kernelNames = [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
        "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
        "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
        "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
        "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
        "CHECKPOINT_RESTORE",
    ]

    private static func bare(_ name: String) -> String {
        let upper = name.uppercased()
        return upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
    }
}

/// The names of limits in manifests, as `setrlimit(2)` numbers them.
enum UlimitTable {
    private static let numbers: [String: Int] = [
        "cpu": 0, "fsize": 1, "data": 2, "stack": 3, "core": 4, "rss": 5, "nproc": 6, "nofile": 7, "memlock": 8,
        "as": 9, "locks": 10, "sigpending": 11, "msgqueue": 12, "nice": 13, "rtprio": 14, "rttime": 15,
    ]

    /// Refuses what this user cannot be given: only root may have more than the hard limit that there is.
    static func check(_ limits: [ShimLimit]) throws(AgentError) {
        guard geteuid() != 0 else { return }
        for limit in limits {
            var own = rlimit()
            guard getrlimit(__rlimit_resource_t(UInt32(limit.resource)), &own) == 0 else { continue }
            let wanted = limit.resourceLimit
            guard max(wanted.soft, wanted.hard) > UInt64(own.rlim_max) else { continue }
            let name = numbers.first { $0.value == limit.resource }?.key ?? "\(limit.resource)"
            throw AgentError(
                .environment,
                "ulimit \(name) is above \(own.rlim_max), the most that this user may have",
                help: "lower it, or raise the user's limit"
            )
        }
    }

    static func limits(_ ulimits: SortedMap<Ulimit>) throws(AgentError) -> [ShimLimit] {
        var limits: [ShimLimit] = []
        for entry in ulimits {
            guard let number = numbers[entry.key] else {
                throw AgentError(
                    .invalid,
                    "unknown limit \(entry.key)",
                    help: "known ones are \(numbers.keys.sorted().joined(separator: ", "))"
                )
            }
            limits.append(ShimLimit(resource: number, soft: entry.value.soft, hard: entry.value.hard))
        }
        return limits
    }
}

/// Sizes as options spell them: `64m`, `10MiB`, or a bare number of bytes.
enum SizeText {
    static func bytes(_ text: String) -> Int? {
        if let count = ByteCount(parsing: text) { return Int(count.bytes) }
        if let count = Int(text) { return count >= 0 ? count : nil }
        guard let unit = text.last, let number = Int(text.dropLast()), number >= 0 else { return nil }
        switch unit {
        case "b", "B": return number
        case "k", "K": return number << 10
        case "m", "M": return number << 20
        case "g", "G": return number << 30
        default: return nil
        }
    }
}

/// The numbers of signals that manifests name: `SIGTERM`, `TERM` or `15`.
package enum SignalTable {
    private static let numbers: [String: Int32] = [
        "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "ILL": SIGILL, "TRAP": SIGTRAP, "ABRT": SIGABRT,
        "BUS": SIGBUS, "FPE": SIGFPE, "KILL": SIGKILL, "USR1": SIGUSR1, "SEGV": SIGSEGV, "USR2": SIGUSR2,
        "PIPE": SIGPIPE, "ALRM": SIGALRM, "TERM": SIGTERM, "CHLD": SIGCHLD, "CONT": SIGCONT, "STOP": SIGSTOP,
        "TSTP": SIGTSTP, "TTIN": SIGTTIN, "TTOU": SIGTTOU, "URG": SIGURG, "XCPU": SIGXCPU, "XFSZ": SIGXFSZ,
        "VTALRM": SIGVTALRM, "PROF": SIGPROF, "WINCH": SIGWINCH, "IO": SIGIO, "PWR": SIGPWR, "SYS": SIGSYS,
    ]

    /// The number, real-time signals (`RTMIN+3`) included; nil for what is no signal.
    package static func number(_ text: String) -> Int32? {
        if let number = Int32(text) { return (1...64).contains(number) ? number : nil }
        let upper = text.uppercased()
        let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
        if let number = numbers[name] { return number }
        if name == "RTMIN" { return 34 }
        if name == "RTMAX" { return 64 }
        if name.hasPrefix("RTMIN+"), let more = Int32(name.dropFirst(6)), (0...30).contains(more) { return 34 + more }
        if name.hasPrefix("RTMAX-"), let less = Int32(name.dropFirst(6)), (0...30).contains(less) { return 64 - less }
        return nil
    }
}
