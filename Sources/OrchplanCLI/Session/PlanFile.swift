import Glibc
import Manifests
import Plans
import ResourceModel
import SourceDiagnostics
import StateStores

/// A saved plan on disk, 0600: it names what will be done and holds no secret bytes.
enum PlanFile {
    /// Whether a file begins as saved plans do.
    static func looksLikePlan(_ path: String) -> Bool {
        guard let file = try? DiskFiles().read(path, shownAs: path, limit: 1 << 30) else { return false }
        return file.bytes.starts(with: Array(#"{"orchplanPlan""#.utf8))
    }

    static func save(_ plan: Plan, to place: PlanPlace, key: ProjectKey) throws {
        let bytes = PlanCodec.encode(plan, fingerprinter: Fingerprinter(key: key))
        let path = try place.checked()
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        let isWritten = bytes.withUnsafeBytes { writeAll($0, descriptor) } && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(temporary, path) == 0 else {
            let error = failure(path)
            unlink(temporary)
            throw error
        }
    }

    static func load(_ path: String, fitting recorded: RecordedState) throws -> Plan {
        let file: SourceFile
        do throws(FileProblem) {
            file = try DiskFiles().read(path, shownAs: path, limit: 1 << 30)
        } catch {
            throw CommandFailure("cannot read \(Escaping.visible(path)): \(error.text)")
        }
        do throws(PlanFileError) {
            return try PlanCodec.decode(
                Array(file.bytes),
                lineage: recorded.lineage,
                fingerprinter: Fingerprinter(key: recorded.key)
            )
        } catch {
            var code: Int32 = 1
            if case .wrongLineage = error { code = ExitStatus.stale }
            throw CommandFailure("\(Escaping.visible(path)): \(error.message)", help: error.help, code: code)
        }
    }

    /// When a plan was made and until when it may be applied; nil: it does not expire.
    static func validity(_ plan: Plan, now: Timestamp) -> String? {
        plan.expiresAt.map { expiry in
            let end = now > expiry ? "was valid until \(expiry.text): make a new one" : "is valid until \(expiry.text)"
            return "was made at \(plan.createdAt.text) and \(end)"
        }
    }

    /// By how much the clock of the machine that made a plan may be ahead of this one's.
    private static let clockError = Duration.seconds(300)

    /// Refuses a plan that is too old.
    ///
    /// It is the one thing that depends on the wall clock. A clock that was set back would make an old plan young again, so
    /// one that stands before the plan was made proves nothing, and the plan is refused.
    static func checkExpiry(_ plan: Plan, now: Timestamp) throws {
        guard let expiry = plan.expiresAt else { return }
        if now > expiry {
            throw CommandFailure(
                "the plan was valid until \(expiry.text)",
                help: "make a new plan",
                code: ExitStatus.stale
            )
        }
        if plan.createdAt.since(now) > clockError {
            throw CommandFailure(
                "the plan is valid until \(expiry.text), and was made at \(plan.createdAt.text), which this machine's clock"
                    + " says is still to come: \(now.text)",
                help: "set the clock, or make a new plan",
                code: ExitStatus.stale
            )
        }
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let slice = UnsafeRawBufferPointer(rebasing: rest)
            let written = write(descriptor, slice.baseAddress, slice.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure("cannot write \(Escaping.visible(path)): \(String(cString: strerror(errno)))")
    }
}
