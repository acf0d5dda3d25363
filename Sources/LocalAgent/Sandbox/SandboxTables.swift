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
        let added = add.map(KernelNames.bareCapability)
        let dropped = drop.map(KernelNames.bareCapability)
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
        return Set(names.compactMap { KernelNames.capabilities.firstIndex(of: String($0.dropFirst(4))) })
    }

    /// Every capability, also those that this table has no name for.
    static let all = Set(0..<64)
}

/// The names of limits in manifests, as `setrlimit(2)` numbers them.
enum UlimitTable {
    /// Refuses what this user cannot be given: only root may have more than the hard limit that there is.
    static func check(_ limits: [ShimLimit]) throws(AgentError) {
        guard geteuid() != 0 else { return }
        for limit in limits {
            var own = rlimit()
            guard getrlimit(__rlimit_resource_t(UInt32(limit.resource)), &own) == 0 else { continue }
            let wanted = limit.resourceLimit
            guard max(wanted.soft, wanted.hard) > UInt64(own.rlim_max) else { continue }
            let names = KernelNames.limits
            let name = names.indices.contains(limit.resource) ? names[limit.resource] : "\(limit.resource)"
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
            guard let number = KernelNames.limits.firstIndex(of: entry.key) else {
                throw AgentError(
                    .invalid,
                    "unknown limit \(entry.key)",
                    help: "known ones are \(KernelNames.limits.sorted().joined(separator: ", "))"
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
