import ResourceModel

/// Why the agent could not do something; travels over its API as it is.
package struct AgentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The codes of a driver's errors, spelled alike.
    package enum Code: String, CanonicalEnum {
        case unreachable
        case invalid
        case conflict
        case occupied
        case inUse
        case notFound
        case environment
        case unknownOutcome
        case transient
    }

    package var code: Code
    /// Lowercase, no full stop, names the thing it is about.
    package var message: String
    /// What to do about it.
    package var help: String?

    package init(_ code: Code, _ message: String, help: String? = nil) {
        self.code = code
        self.message = message
        self.help = help
    }

    package init(_ error: SystemError) {
        self.init(.environment, error.description, help: error.wayOut)
    }

    package var description: String { message }
}
