import ResourceModel

/// Why a driver could not do or tell something.
package struct DriverError: Error, Sendable, Hashable {
    /// What kind of failure it is; apply decides by it and tests match it.
    package enum Code: String, Sendable, Hashable {
        /// The cluster does not answer. Nothing is known about its state.
        case unreachable
        /// The request never can succeed as it is.
        case invalid
        /// Somebody else changed or owns the object.
        case conflict
        /// A port, a name or a resource is taken.
        case occupied
        /// The object is in use and cannot be removed.
        case inUse
        /// Something that the operation needs is not there.
        case notFound
        /// The machine lacks something: a program, a permission, a kernel feature.
        case environment
        /// It failed, and whether it was done is unknown.
        case unknownOutcome
        /// It failed for a passing reason and may be tried again.
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
}

extension DriverError: CustomStringConvertible {
    package var description: String { message }
}
