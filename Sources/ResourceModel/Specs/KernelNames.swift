/// What the kernel calls capabilities, the limits of processes and signals; the index of a name is its number.
package enum KernelNames {
    /// As `capabilities(7)` has them, without `CAP_`.
    package static let capabilities = [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
        "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
        "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
        "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
        "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
        "CHECKPOINT_RESTORE",
    ]

    /// As `setrlimit(2)` has them, without `RLIMIT_` and in small letters.
    package static let limits = [
        "cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending",
        "msgqueue", "nice", "rtprio", "rttime",
    ]

    /// As `signal(7)` has them, from 1 on and without `SIG`; 0 is none.
    package static let signals = [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS",
    ]

    /// The number of `SIGTERM`, `TERM`, `15` or `SIGRTMIN+3`; nil for what is no signal.
    package static func signalNumber(_ text: String) -> Int32? {
        if let number = Int32(text) { return (1...64).contains(number) ? number : nil }
        let name = text.hasPrefix("SIG") ? String(text.dropFirst(3)) : text
        if let number = signals.firstIndex(of: name), number > 0 { return Int32(number) }
        if name == "RTMIN" { return 34 }
        if name == "RTMAX" { return 64 }
        if name.hasPrefix("RTMIN+"), let more = Int32(name.dropFirst(6)), (0...30).contains(more) { return 34 + more }
        if name.hasPrefix("RTMAX-"), let less = Int32(name.dropFirst(6)), (0...30).contains(less) { return 64 - less }
        return nil
    }

    /// Whether it is a capability, with or without `CAP_` and in letters of any size, or `ALL` of them.
    package static func isCapability(_ name: String) -> Bool {
        let bare = bareCapability(name)
        return bare == "ALL" || capabilities.contains(bare)
    }

    /// A capability in capital letters and without `CAP_`, whether there is one of that name or not.
    package static func bareCapability(_ name: String) -> String {
        let upper = name.uppercased()
        return upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
    }
}
