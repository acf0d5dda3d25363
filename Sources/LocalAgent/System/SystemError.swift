import Glibc

/// A system call that failed.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error number, `errno`.
    package var number: Int32
    /// What was being done: `open /path`.
    package var doing: String

    package init(_ number: Int32, _ doing: String) {
        self.number = number
        self.doing = doing
    }

    /// The error that the last system call of this thread left.
    static func last(_ doing: String) -> SystemError { SystemError(errno, doing) }

    /// What a person can do about it, where the error number alone tells.
    var wayOut: String? {
        switch number {
        case ENOSPC, EDQUOT: "make room on that disk, then run the command again"
        case EROFS: "make that file system writable or move the project to another, then run the command again"
        case EACCES, EPERM: "give this user the right to do that, then run the command again"
        case EMFILE, ENFILE: "raise the limit of open files or end what holds them, then run the command again"
        default: nil
        }
    }

    package var description: String { "cannot \(doing): \(String(cString: strerror(number)).lowercased())" }
}
