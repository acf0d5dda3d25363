import Glibc

/// A process that leads a process group and kills all of it, itself included, when this process is gone.
///
/// It waits at a pipe whose other end only this process holds: the kernel closes that end whatever ends this process.
struct GroupGuardian: Sendable {
    /// Its id, which is that of the group.
    let process: pid_t
    private let lifeline: Int32

    /// Nil when it cannot be started.
    static func start() -> Self? {
        guard let ends = Spawning.pipe() else { return nil }
        defer { close(ends.reading) }
        guard
            let process = Spawning.start(
                ["/bin/sh", "-c", "read -r line; kill -9 0"],
                input: ends.reading,
                output: nil,
                group: 0
            )
        else {
            close(ends.writing)
            return nil
        }
        return Self(process: process, lifeline: ends.writing)
    }

    /// Ends it alone, and lets go of the group's id.
    func dismiss() {
        kill(process, SIGKILL)
        close(lifeline)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
}
