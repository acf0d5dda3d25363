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

    package var description: String { "cannot \(doing): \(String(cString: strerror(number)).lowercased())" }
}
