import Glibc
import ResourceModel

extension NodeAgent {
    /// Starts a shim for the instance's next run.
    func spawn(_ instance: InstanceRuntime) {
        let id = instance.record.id
        instance.endTimers()
        instance.cpu.beginRun()
        instance.shim = nil
        instance.sandbox = nil
        do throws(AgentError) {
            instance.record.run += 1
            instance.record.startedAt = wallClockMilliseconds()
            instance.record.bootID = ProcessIdentity.currentBoot
            instance.record.ports = try assignPorts(instance.record)
            var plan = try SandboxPlan.make(request(for: instance.record), host: Host())
            plan.limits += prepareLimits(instance)
            try directory.save(instance.record, at: directory.instanceRecord(id))
            try writeResolver(instance.record)
            instance.plan = plan
            let (shim, notice) = try startShim(instance.record, plan)
            instance.shim = shim
            watch(shim, id, run: instance.record.run)
            let run = instance.record.run
            Task {
                _ = await watcher.wait(notice, timeout: .seconds(30))
                sandboxIsUp(id, run: run)
            }
        } catch {
            note(id, error.message)
            // Not from within the machine's own step.
            let message = error.message
            Task { send(.spawnFailed(message), to: id) }
        }
    }

    private func startShim(
        _ record: InstanceRecord,
        _ plan: SandboxPlan
    ) throws(AgentError) -> (ProcessHandle, Descriptor) {
        var job = ShimJob()
        job.run = record.run
        job.program = try SandboxProgram.locate()
        job.arguments = ["--args", "3", "--"] + plan.command
        job.contents = plan.contents.count
        job.limits = plan.limits
        job.cgroups = record.cgroups
        job.directory = directory.instance(record.id)
        job.logDirectory = directory.logs(record.id)
        let options = record.spec.logging?.options ?? [:]
        if let size = options["max-size"].flatMap(SizeText.bytes) { job.logMaxSize = size }
        if let files = options["max-file"].flatMap({ Int($0) }) { job.logMaxFiles = files }
        do throws(SystemError) {
            try prepareDirectories(plan)
            let optionFile = try Descriptor.memory("options", planBytes(plan))
            var files: [Descriptor] = []
            for content in plan.contents { files.append(try Descriptor.memory("content", planContent(content))) }
            let notice = try Descriptor.pipe()
            let jobFile = try Descriptor.memory("job", job.canonicalBytes())
            var spawn = ProcessSpawn(
                path: executable,
                arguments: ["orchplan", InstanceShim.mode, record.id],
                environment: ["PATH=\(InstanceEnvironment.defaultPath)"]
            )
            spawn.descriptors =
                [-1, -1, -1, jobFile.number, notice.writer.number, optionFile.number] + files.map(\.number)
            spawn.newSession = true
            spawn.limits = childLimits
            spawn.directory = "/"
            let pid = try spawn.start()
            guard let handle = ProcessHandle.openChild(pid) else { throw SystemError(ESRCH, "watch the shim") }
            return (handle, notice.reader)
        } catch {
            throw AgentError(error)
        }
    }

    private func planBytes(_ plan: SandboxPlan) throws(SystemError) -> [UInt8] {
        do throws(AgentError) {
            return try plan.optionBytes { content throws(AgentError) in try self.content(content) }
        } catch {
            throw SystemError(ENOENT, "prepare the sandbox: \(error.message)")
        }
    }

    private func planContent(_ planned: PlannedContent) throws(SystemError) -> [UInt8] {
        do throws(AgentError) {
            return try content(planned)
        } catch {
            throw SystemError(ENOENT, "prepare the sandbox: \(error.message)")
        }
    }

    /// Makes the volumes' directories; an empty one is given to the instance's user, as container engines do.
    private func prepareDirectories(_ plan: SandboxPlan) throws(SystemError) {
        for path in plan.directories {
            try FileTree.makeDirectory(path, mode: 0o755)
            if plan.user.isOther, geteuid() == 0, FileTree.names(in: path).isEmpty {
                chown(path, uid_t(plan.user.id), gid_t(plan.user.group))
            }
        }
    }

    /// Waits for the shim to end, however it came to be ours.
    func watch(_ shim: ProcessHandle, _ id: String, run: Int) {
        Task {
            while !shim.hasEnded { _ = await watcher.wait(shim.descriptor) }
            let status = shim.reap()
            await shimEnded(id, run: run, status)
        }
    }

    /// The shim has told that the sandbox is made.
    private func sandboxIsUp(_ id: String, run: Int) {
        guard let instance = instances[id], instance.record.run == run, instance.sandbox == nil else { return }
        let status = ShimStatus.read(in: directory.instance(id))
        guard let status, status.run == run, let sandbox = status.sandbox.flatMap(ProcessHandle.open) else { return }
        instance.sandbox = sandbox
        send(.spawned, to: id)
        if instance.machine.isStopping {
            // It was asked to stop before there was anything to ask.
            send(.drained, to: id)
        }
    }

    private func shimEnded(_ id: String, run: Int, _ status: ExitStatus?) async {
        guard let instance = instances[id], instance.record.run == run else { return }
        if status == .code(Int(InstanceShim.alreadyRunning)), adoptRunning(instance) { return }
        let folder = directory.instance(id)
        await endSandbox(instance)
        // A shim that was killed while it made the sandbox may have left one that nobody knows.
        if ShimExit.read(in: folder, run: run) == nil { await SandboxRemains.end(watcher) { $0 == folder } }
        guard let instance = instances[id], instance.record.run == run else { return }
        instance.shim = nil
        instance.sandbox = nil
        let exit = ShimExit.read(in: folder, run: run)
        let ending = exit?.status ?? .unknown
        // Not the status, which is told beside it.
        var message = exit?.failure
        if exit?.ranOutOfMemory == true, !ending.isSuccess { message = Self.memoryMessage(instance.record) }
        if !ending.isSuccess, message == nil {
            let lines = LogReader(directory.logs(id)).last(lines: LastWords.considered)
            // What an earlier run said is not why this one ended. Log times have more digits, and the same beginning.
            let start = Timestamp(milliseconds: Int64(instance.record.startedAt)).text.dropLast()
            message = LastWords.cause(lines.filter { $0.time >= start }.map(\.text))
                .map { SandboxWords.plain($0, service: instance.record.service) }
        }
        send(.exited(ending, message: message), to: id)
    }

    /// Ends what a shim that was killed has left: its sandbox goes with it, but for one that was just being made.
    func endSandbox(_ instance: InstanceRuntime) async {
        let status = ShimStatus.read(in: directory.instance(instance.record.id))
        guard let left = instance.sandbox ?? status?.sandbox.flatMap(ProcessHandle.open), !left.hasEnded else { return }
        left.signal(SIGKILL)
        _ = await watcher.wait(left.descriptor, timeout: .seconds(10))
    }

    /// Takes over the shim that runs the instance already; false when there is none.
    func adoptRunning(_ instance: InstanceRuntime) -> Bool {
        let id = instance.record.id
        guard let status = ShimStatus.read(in: directory.instance(id)),
            let shim = ProcessHandle.open(status.shim), !shim.hasEnded
        else { return false }
        instance.record.run = status.run
        instance.shim = shim
        instance.sandbox = status.sandbox.flatMap(ProcessHandle.open)
        watch(shim, id, run: status.run)
        send(.adopted(wasHealthy: instance.record.isHealthy), to: id)
        note(id, "adopted")
        return true
    }
}
