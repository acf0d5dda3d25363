import Glibc

/// How many files and connections this process may have open.
package enum FileLimit {
    /// How many they are now; what is without bounds counts as a million.
    package static var current: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(min(limit.rlim_cur, 1 << 20))
    }

    /// How many files the threads that do the network's work open before anything is asked: they end the program where
    /// they cannot.
    private static var neededForNetwork: Int { 3 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) + 8 }

    /// Why nothing can be asked over a network or a socket; nil: there is room for the files of that.
    package static func lack() -> (message: String, help: String)? {
        var opened: [Int32] = []
        defer { for number in opened { close(number) } }
        while opened.count < neededForNetwork {
            let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard number >= 0 else {
                return (
                    "this process may open no more than \(current) files at once, which is too few to ask anything",
                    "raise the limit, as with ulimit -n 1024; nothing was changed"
                )
            }
            opened.append(number)
        }
        return nil
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
