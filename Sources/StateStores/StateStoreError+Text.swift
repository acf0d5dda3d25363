extension StateStoreError {
    /// What happened and where, for people; not escaped yet.
    package var message: String {
        switch self {
        case .locked(let holder):
            let request = holder.request
            return "the state is locked by \(request.holder) (pid \(request.pid) on \(request.host)) for "
                + "\(request.operation) since \(holder.acquiredAt.text), last sign of life \(holder.heartbeatAt.text)"
        case .fenced: return "the lock was lost: another run took it over or it was broken"
        case .wrongLockID(.some): return "this is not the id of the lock that is held"
        case .wrongLockID(.none): return "the state is not locked"
        case .alreadyApplied(let revision): return "this plan was applied before, as revision \(revision)"
        case .noSuchRevision(let number): return "there is no revision \(number)"
        case .missing(let path): return "there is no state at \(path)"
        case .otherProject(let path, let found, let expected):
            return "the state at \(path) belongs to the project \(found), not to \(expected)"
        case .newerFormat(let found, let supported, let path):
            return "the state at \(path) has format \(found); this version of orchplan reads up to \(supported)"
        case .corrupt(let path, let detail): return "the state at \(path) is damaged: \(detail)"
        case .faulty(let path, let faults):
            return "records in \(path) are not what they should be: \(faults.joined(separator: "; "))"
        case .unsuitable(let path, let detail): return "the state cannot be kept at \(path): \(detail)"
        case .busy(let path): return "the state at \(path) stayed busy with writes of other processes"
        case .limited(let path, let detail), .io(let path, let detail):
            return "cannot use the state at \(path): \(detail)"
        }
    }

    /// What to do about it; nil: the message says all.
    package var help: String? {
        switch self {
        case .locked(let holder):
            "wait for it to end; when it is certainly dead, run orchplan unlock \(holder.request.id)"
        case .fenced: "nothing more was recorded by this run; run plan again to see where things stand"
        case .wrongLockID(let held): held.map { "the lock that is held has the id \($0)" }
        case .alreadyApplied: "make a new plan"
        case .noSuchRevision: "run orchplan history to see the revisions"
        case .missing: "run apply to make one, or name the right place with --state"
        case .otherProject: "keep each project's state in a file of its own"
        case .newerFormat: "use the version of orchplan that wrote it, or a newer one"
        case .corrupt: "nothing was changed; restore the file from a copy (also .bak-v files beside it)"
        case .faulty: "nothing was changed"
        case .unsuitable: nil
        case .busy: "try again"
        case .limited, .io: nil
        }
    }
}
