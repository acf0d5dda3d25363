import ResourceModel
import Synchronization

/// An agent that this program has started, and what it said.
final class StartedAgent: Sendable {
    private let handle: ProcessHandle
    private let note: FailureNote
    private let log: String
    /// Where in the log its own lines begin.
    private let start: Int
    private let status = Mutex<ExitStatus?>(nil)

    init(_ handle: ProcessHandle, _ note: FailureNote, log: String, from start: Int) {
        self.handle = handle
        self.note = note
        self.log = log
        self.start = start
    }

    var isRunning: Bool { !handle.hasEnded }

    /// Whether it runs and nobody has suspended it.
    var isAtWork: Bool { isRunning && ProcessStatus.read(handle.identity.pid)?.state != UInt8(ascii: "T") }

    /// Waits for it once it has ended; any number of callers get the same answer.
    @discardableResult
    func reap() -> ExitStatus? {
        status.withLock { status in
            if status == nil { status = handle.reap() }
            return status
        }
    }

    /// Why it ended, in its own last words; nil while it runs, and when it found another agent or nothing to do.
    ///
    /// One that could not even say why may have left something in its log.
    func failure() -> AgentError? {
        guard !isRunning, let status = reap(), !status.isSuccess else { return nil }
        if let failure = note.read() { return failure }
        let bytes = (try? DurableFile.read(log)).flatMap { $0 } ?? []
        let last = bytes.dropFirst(start).split(separator: 0x0A).last
        return AgentError(.unreachable, last.map { String(decoding: $0.prefix(2000), as: UTF8.self) } ?? status.text)
    }
}
