import ArgumentParser
import Drivers
import StateStores

/// Why a command ends before its work is done: what to tell, and the exit code that scripts rely on.
struct CommandFailure: Error {
    var view: ErrorView?
    var code: Int32

    init(_ message: String, help: String? = nil, code: Int32 = 1) {
        view = ErrorView(message, help: help)
        self.code = code
    }

    /// Everything was already said.
    init(silently code: Int32) {
        view = nil
        self.code = code
    }

    init(_ error: DriverError) {
        view = ErrorView(error)
        code = 1
    }

    /// - Parameter flags: What names the environment on a command line, a space in front; empty: none is chosen.
    init(_ error: StateStoreError, flags: String = "") {
        view = ErrorView(error, now: SystemTimestamp.now(), flags: flags)
        switch error {
        case .locked: code = 4
        case .alreadyApplied: code = ExitStatus.stale
        default: code = 1
        }
    }
}

/// The exit codes that are not an apply's own.
enum ExitStatus {
    static let differs: Int32 = 1
    static let couldNotTell: Int32 = 2
    static let findings: Int32 = 1
    static let couldNotRun: Int32 = 2
    static let changesPlanned: Int32 = 2
    static let notAsDesired: Int32 = 2
    static let stale: Int32 = 3
    static let usage: Int32 = 64
}
