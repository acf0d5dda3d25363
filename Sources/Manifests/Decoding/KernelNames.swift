import SourceDiagnostics

/// What the kernel calls capabilities, and the limits of processes.
enum KernelNames {
    /// In the order of the kernel's numbers.
    static let capabilities = [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
        "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
        "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
        "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
        "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
        "CHECKPOINT_RESTORE",
    ]

    /// As `setrlimit(2)` has them, without `RLIMIT_` and in small letters.
    static let limits = [
        "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss",
        "rtprio", "rttime", "sigpending", "stack",
    ]

    /// Whether it is a capability, with or without `CAP_` and in letters of any size, or `ALL` of them.
    static func isCapability(_ name: String) -> Bool {
        let bare = bare(name)
        return bare == "ALL" || capabilities.contains(bare)
    }

    /// The capability that a mistyped one was meant to be, with `CAP_` where it has that.
    static func nearCapability(_ name: String) -> String? {
        let bare = bare(name)
        return Suggestion.nearest(bare, in: capabilities + ["ALL"])
            .map { bare.utf8.count < name.utf8.count ? "CAP_" + $0 : $0 }
    }

    private static func bare(_ name: String) -> String {
        let upper = name.uppercased()
        return upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
    }
}
