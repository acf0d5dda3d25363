import CSystemCalls
import Glibc
import ResourceModel

/// The process between the agent and one instance; it outlives the agent.
///
/// It starts the sandbox, keeps the instance's output and records how it ended. It has a session of its own and no
/// pipe that it needs to the agent. Whoever ends it ends the instance: the sandbox dies with its parent.
package enum InstanceShim {
    /// The first argument of a program that is to be a shim.
    package static let mode = "instance-shim"
    /// Exit status of a shim that found another one already running the instance.
    package static let alreadyRunning: Int32 = 75

    /// Runs the job behind descriptor 3 to its end and returns the exit status of the program.
    package static func run(arguments: [String]) -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        guard orchplan_become_subreaper() == 0, let job = readJob() else { return 70 }
        // Held for life, passed on to nobody: while it is held, no second shim runs this instance.
        guard let lock = try? Descriptor.open("\(job.directory)/lock", O_RDWR | O_CREAT),
            flock(lock.number, LOCK_EX | LOCK_NB) == 0
        else { return alreadyRunning }
        var status = ShimStatus()
        status.run = job.run
        status.shim = .own
        do throws(SystemError) {
            try DurableFile.write(status.canonicalBytes(), to: ShimStatus.path(in: job.directory))
            var supervision = try ShimSupervision(job: job, status: status)
            try supervision.start()
            supervision.runToEnd()
        } catch {
            var exit = ShimExit()
            exit.run = job.run
            exit.code = 126
            exit.failure = error.description
            exit.time = wallClockMilliseconds()
            try? DurableFile.write(exit.canonicalBytes(), to: ShimExit.path(in: job.directory))
        }
        return withExtendedLifetime(lock) { 0 }
    }

    private static func readJob() -> ShimJob? {
        let file = Descriptor(owning: ShimJob.DescriptorNumber.job)
        guard let bytes = (try? DurableFile.read("/proc/self/fd/\(file.number)")).flatMap({ $0 }) else { return nil }
        return (try? CanonicalReader.parse(bytes)).flatMap { try? ShimJob(canonical: $0) }
    }
}
