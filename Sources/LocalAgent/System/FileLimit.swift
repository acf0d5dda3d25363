import Glibc

/// How many files and connections this process may have open.
package enum FileLimit {
    /// How many they are now; what is without bounds counts as a million.
    package static var current: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(min(limit.rlim_cur, 1 << 20))
    }

    /// Raises the limit as far as the system lets an ordinary user.
    ///
    /// - Returns: What it was before, for children: programs that use `select(2)` break under a high one.
    package static func raise() -> [ResourceLimit] {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else { return [] }
        let before = ResourceLimit(
            resource: Int32(RLIMIT_NOFILE.rawValue),
            soft: UInt64(limit.rlim_cur),
            hard: UInt64(limit.rlim_max)
        )
        limit.rlim_cur = limit.rlim_max
        return setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? [before] : []
    }
}
