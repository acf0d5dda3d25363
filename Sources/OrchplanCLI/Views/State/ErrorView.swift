import Drivers
import ResourceModel
import StateStores

/// An error as people read it: what happened, and what to do.
package struct ErrorView: Sendable, Hashable {
    /// Lowercase, no full stop.
    package var message: String
    package var help: String?

    package init(_ message: String, help: String? = nil) {
        self.message = message
        self.help = help
    }

    package init(_ error: DriverError) {
        self.init(error.message, help: error.help ?? Self.help(error.code))
    }

    /// - Parameters:
    ///   - now: For how long the holder of a lock has held it.
    ///   - flags: What names the environment on a command line, a space in front; empty: none is chosen.
    package init(_ error: StateStoreError, now: Timestamp, flags: String = "") {
        switch error {
        case .locked(let holder):
            let request = holder.request
            let since = Words.age(now.since(holder.acquiredAt))
            let alive = Words.age(now.since(holder.heartbeatAt))
            self.init(
                "the state is locked by \(request.holder)@\(request.host) for \(request.operation) (pid \(request.pid),"
                    + " since \(since), last sign of life \(alive) ago)",
                help: "wait until it is done, or, if it is surely gone, run: orchplan unlock\(flags) \(request.id)"
            )
        case .fenced(let epoch):
            self.init(
                "the lock was lost while working: somebody took it over (epoch \(epoch))",
                help: "run orchplan status to see what is there, then plan again"
            )
        case .wrongLockID(let held?):
            self.init("this is not the id of the lock", help: "the lock that is held has the id \(held)")
        case .wrongLockID(nil): self.init("no lock is held", help: "there is nothing to unlock")
        case .alreadyApplied(let revision):
            self.init("this plan was applied already, as revision \(revision)", help: "make a new plan")
        case .noSuchRevision(let number):
            self.init("there is no revision \(number)", help: "orchplan history lists them")
        case .missing(let path):
            self.init("there is no state at \(path)", help: "run orchplan apply, or name the project with --directory")
        case .otherProject(let path, let found, let expected):
            self.init(
                "\(path) is the state of project \(found), not of \(expected)",
                help: "name the state of \(expected) with --state, or the environment that this one is of with --env;"
                    + " to change project: instead would mix two systems, unless \(expected) is a new name of \(found)"
            )
        case .busy(let path):
            self.init("other processes keep \(path) busy", help: "try again in a moment")
        case .newerFormat(let found, let supported, let path):
            self.init(
                "\(path) was written by a newer orchplan (format \(found), this one reads up to \(supported))",
                help: "install the newer version; the file was not touched"
            )
        case .corrupt(let path, let detail):
            self.init(
                "\(path) is damaged: \(detail)",
                help:
                    "the file was not touched; restore a copy of it, or move it away, leave \(path).key where it is, and"
                    + " orchplan apply takes what runs back into a new one (of a swarm with --take-over)"
            )
        case .faulty(let path, let faults):
            self.init(
                "records in \(path) are not what they should be: \(faults.joined(separator: "; "))",
                help: "see orchplan state verify"
            )
        case .unsuitable(let path, let detail):
            self.init("the state cannot be kept at \(path): \(detail)", help: "choose another place for the state")
        case .limited(let path, let detail):
            let parts = detail.split(separator: ": ", maxSplits: 1).map(String.init)
            self.init("cannot read or write \(path): \(parts[0])", help: parts.count > 1 ? parts[1] : nil)
        case .io(let path, let detail):
            self.init("cannot read or write \(path): \(detail)", help: "see that the disk has room and can be written")
        }
    }

    private static func help(_ code: DriverError.Code) -> String? {
        switch code {
        case .unreachable: "nothing was changed; see that the cluster runs and can be reached, then try again"
        case .unknownOutcome: "the next run finds out whether it was done; run the same command again"
        case .transient: "run the same command again"
        case .invalid, .conflict, .occupied, .inUse, .notFound, .environment: nil
        }
    }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        let head: StyledText = "\("error:", Look.red.strong) "
        var lines = StyledText.message(message, after: head, indent: 4, to: format.proseWidth)
        if let help {
            lines += StyledText.message(help, after: "  \("help:", .bold) ", indent: 8, to: format.proseWidth)
        }
        return lines
    }

    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }
}
