import CSystemCalls
import Glibc
import ResourceModel

/// The loop of a shim: one thread, one poll, no allocation that grows with the output.
struct ShimSupervision {
    private let job: ShimJob
    private var status: ShimStatus
    private var log: LogWriter
    private var sources: [Source]
    private var statusText: [UInt8] = []
    private var sandbox: ProcessHandle?
    private var exitCode: Int?
    private var ended: ExitStatus?
    /// The first process of the sandbox; the one held as `sandbox` is the program that made it.
    private var first: ProcessHandle?
    private var hasNotified = false
    private var announcedAt = ContinuousClock.now
    /// How often memory had run out in the instance's control groups before this run.
    private var killsBefore = 0
    private let termination: Descriptor
    private var isTerminating = false
    private var chunk = [UInt8](repeating: 0, count: 65_536)

    /// A pipe from the sandbox.
    private struct Source {
        var reader: Descriptor?
        var writer: Descriptor?
        var stream: StaticString
        var lines = LineSplitter()

        init(_ stream: StaticString) throws(SystemError) {
            let ends = try Descriptor.pipe()
            reader = ends.reader
            writer = ends.writer
            self.stream = stream
        }
    }

    private static let statusIndex = 2
    /// How long a busy machine may take to make a sandbox: whoever joins one that is half made fails.
    private static let longestSetup = Duration.seconds(20)

    init(job: ShimJob, status: ShimStatus) throws(SystemError) {
        let number = orchplan_signal_descriptor(SIGTERM)
        guard number >= 0 else { throw .last("watch for signals") }
        termination = Descriptor(owning: number)
        self.job = job
        self.status = status
        log = LogWriter(directory: job.logDirectory, maxSize: job.logMaxSize, maxFiles: job.logMaxFiles)
        sources = [try Source("stdout"), try Source("stderr"), try Source("status")]
    }

    /// Starts the sandbox; its descriptors are 3 for options, 4 for its status, from 5 on for contents.
    mutating func start() throws(SystemError) {
        let numbers = ShimJob.DescriptorNumber.self
        let contents = (0..<Int32(job.contents)).map { numbers.firstContent + $0 }
        defer { for number in [numbers.options] + contents { Glibc.close(number) } }
        var spawn = ProcessSpawn(
            path: job.program,
            arguments: [job.program] + job.arguments,
            environment: [
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                SandboxRemains.mark(job.directory),
            ]
        )
        let writers = sources.map { $0.writer?.number ?? -1 }
        spawn.descriptors = [-1, writers[0], writers[1], numbers.options, writers[2]] + contents
        spawn.limits = job.limits.map(\.resourceLimit)
        for path in job.cgroups { spawn.groups.append(try Descriptor.open("\(path)/cgroup.procs", O_WRONLY)) }
        killsBefore = CgroupReading.outOfMemoryKills(job.cgroups)
        spawn.parentDeathSignal = SIGKILL
        spawn.stage = ProcessStage(hidden: job.hidden, sources: job.sources)
        let pid = try spawn.start()
        for index in sources.indices { sources[index].writer = nil }
        sandbox = ProcessHandle.openChild(pid)
    }

    /// Copies output until the sandbox and everything in it have gone, then records how it ended.
    mutating func runToEnd() {
        var treeIsGone = false
        while !treeIsGone || sources.contains(where: { $0.reader != nil }) {
            pollOnce(treeIsGone: treeIsGone)
            if isTerminating { killTree() }
            notifyWhenReady()
            if !treeIsGone { treeIsGone = reap() }
        }
        log.flush()
        var exit = ShimExit()
        exit.run = job.run
        exit.time = wallClockMilliseconds()
        if CgroupReading.outOfMemoryKills(job.cgroups) > killsBefore { exit.ranOutOfMemory = true }
        switch ShimSupervision.commandStatus(sandbox: ended, reported: exitCode) {
        case .code(let code): exit.code = code
        case .signal(let number): exit.signal = number
        case .unknown: break
        }
        try? DurableFile.write(exit.canonicalBytes(), to: ShimExit.path(in: job.directory))
    }

    /// How the command ended, by what the sandbox program says and how it ended itself.
    ///
    /// The sandbox program reports a signal as 128 and its number, as shells do; a command that exits so on its own
    /// cannot be told apart from one that was ended by the signal.
    static func commandStatus(sandbox: ExitStatus?, reported: Int?) -> ExitStatus {
        let code: Int
        switch (reported, sandbox) {
        case (let reported?, _): code = reported
        case (nil, .code(let own)): code = own
        case (nil, let other): return other ?? .unknown
        }
        return (129...192).contains(code) ? .signal(code - 128) : .code(code)
    }

    private mutating func pollOnce(treeIsGone: Bool) {
        var entries: [pollfd] = sources.map {
            pollfd(fd: $0.reader?.number ?? -1, events: Int16(POLLIN), revents: 0)
        }
        let waitsForTree = ended == nil ? sandbox?.descriptor.number ?? -1 : -1
        entries.append(pollfd(fd: waitsForTree, events: Int16(POLLIN), revents: 0))
        entries.append(pollfd(fd: isTerminating ? -1 : termination.number, events: Int16(POLLIN), revents: 0))
        // Between the end of the sandbox program and that of its tree there is nothing to wait on but time.
        let isQuiet = ended == nil && sandbox != nil && (hasNotified || first == nil) && !isTerminating
        let timeout: Int32 = treeIsGone ? 0 : (isQuiet ? -1 : 5)
        let count = poll(&entries, nfds_t(entries.count), timeout)
        if count > 0, entries[entries.count - 1].revents != 0 { isTerminating = true }
        for index in sources.indices where sources[index].reader != nil {
            if entries[index].revents != 0 {
                read(index)
            } else if treeIsGone, count >= 0 {
                // Nobody of the tree is left to write; a stranger that holds the pipe must not keep the shim.
                close(index)
            }
        }
        log.flush()
    }

    private mutating func read(_ index: Int) {
        guard let reader = sources[index].reader else { return }
        let count = chunk.withUnsafeMutableBytes { Glibc.read(reader.number, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { return }
        guard count > 0 else { return close(index) }
        if index == Self.statusIndex { return takeStatus(chunk[..<count]) }
        let stream = sources[index].stream
        chunk.withUnsafeBytes { bytes in
            sources[index].lines
                .feed(UnsafeRawBufferPointer(rebasing: bytes[..<count])) { text, isFinal in
                    log.append(text, stream: stream, isFinal: isFinal)
                }
        }
    }

    private mutating func close(_ index: Int) {
        sources[index].reader = nil
        guard index != Self.statusIndex else { return }
        let stream = sources[index].stream
        sources[index].lines.finish { text, isFinal in log.append(text, stream: stream, isFinal: isFinal) }
    }

    /// Takes one JSON object a line, as the sandbox program writes them: `child-pid` first, `exit-code` last.
    private mutating func takeStatus(_ bytes: ArraySlice<UInt8>) {
        statusText.append(contentsOf: bytes)
        while let end = statusText.firstIndex(of: 0x0A) {
            let value = try? CanonicalReader.parse(statusText[..<end])
            statusText.removeSubrange(...end)
            if let code = value?["exit-code"]?.integer { exitCode = Int(code) }
            if let pid = value?["child-pid"]?.integer { announce(Int(pid)) }
        }
        if statusText.count > 65_536 { statusText.removeAll() }
    }

    private mutating func announce(_ pid: Int) {
        status.sandbox = ProcessIdentity.of(pid)
        first = status.sandbox.flatMap(ProcessHandle.open)
        announcedAt = .now
        try? DurableFile.write(status.canonicalBytes(), to: ShimStatus.path(in: job.directory))
    }

    /// Tells the agent once the command is there: only then can it be signalled and joined.
    ///
    /// The sandbox's first process makes the file system and then forks the command, or becomes it. One that cannot be
    /// told from its sandbox program, because it runs that very program, is taken as there after a while.
    private mutating func notifyWhenReady() {
        guard !hasNotified, let first else { return }
        let pid = first.identity.pid
        var isReady = !ProcessStatus.children(of: pid).isEmpty || .now - announcedAt > Self.longestSetup
        if !isReady, case .link(let program) = Host().entry(at: "/proc/\(pid)/exe") {
            isReady = program != job.program && program != "/" + job.program
        }
        guard isReady || first.hasEnded else { return }
        hasNotified = true
        var byte: UInt8 = 0x0A
        _ = write(ShimJob.DescriptorNumber.notice, &byte, 1)
        Glibc.close(ShimJob.DescriptorNumber.notice)
    }

    /// Ends the sandbox by its first process, as soon as that is known.
    ///
    /// Not by the program that made it: its death reaches the first process only once that has asked for it.
    private func killTree() { first?.signal(SIGKILL) }

    /// Reaps what has ended; true when no process of the tree is left.
    private mutating func reap() -> Bool {
        var end = orchplan_child_end()
        while true {
            switch orchplan_reap_any(&end) {
            case 1:
                guard Int(end.pid) == sandbox?.identity.pid else { continue }
                ended = end.signalled ? .signal(Int(end.value)) : .code(Int(end.value))
            case 0: return false
            default: return true
            }
        }
    }
}
