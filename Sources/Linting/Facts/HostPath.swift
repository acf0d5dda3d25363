/// A path of the node that a service mounts.
struct HostPath: Sendable, Hashable {
    private let path: Substring

    init(_ path: String) {
        var rest = path[...]
        while rest.count > 1, rest.last == "/" { rest.removeLast() }
        self.path = rest
    }

    /// Whether it leads to an engine that starts containers.
    var isEngineSocket: Bool {
        ["docker.sock", "podman.sock", "containerd.sock", "crio.sock"].contains { path.hasSuffix("/\($0)") }
    }

    /// Whether changing it changes the node itself.
    var isSystem: Bool {
        if path == "/" { return true }
        // Files that images mount from habit, in which nothing is trusted.
        if path == "/etc/localtime" || path == "/etc/timezone" { return false }
        let system = [
            "/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/root", "/run", "/sbin", "/sys", "/usr", "/var/run",
        ]
        return !isEngineSocket
            && (system.contains { path == $0 } || path.hasPrefix("/etc/") || path.hasPrefix("/var/lib/docker"))
    }

    /// Whether every node has it, with the same meaning.
    var isOnEveryNode: Bool {
        let everywhere = [
            "/", "/bin", "/dev", "/etc", "/etc/hostname", "/etc/localtime", "/etc/timezone", "/lib", "/proc", "/run",
            "/sys",
            "/tmp", "/usr", "/var/log", "/var/run", "/var/lib/docker",
        ]
        return isEngineSocket || everywhere.contains { path == $0 } || path.hasPrefix("/proc/")
            || path.hasPrefix("/sys/")
            || path.hasPrefix("/dev/")
    }
}
