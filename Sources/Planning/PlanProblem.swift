import ResourceModel

/// Why no plan can be made.
package struct PlanProblem: Sendable, Hashable {
    /// What kind of problem it is; callers and tests match it.
    package enum Code: String, Sendable, Hashable {
        /// Resources need each other in a circle; `path` shows it.
        case dependencyCycle
        /// A protected resource would have to be deleted or replaced.
        case protected
        /// A volume would have to be replaced, and its data lost, and nobody allowed that.
        case volumeReplaced
        /// Nothing is declared, and something is recorded: never "delete all".
        case nothingDeclared
        /// A target that is neither declared nor recorded.
        case unknownTarget
        /// The driver has no resources of this kind, or services of this mode.
        case unsupported
        /// A recorded resource cannot be read back.
        case unreadableRecord
    }

    package var code: Code
    /// The resource it is about; nil: the plan as a whole.
    package var address: ResourceAddress?
    /// Lowercase, no full stop, names the thing it is about.
    package var message: String
    /// What to do about it.
    package var help: String?
    /// The circle of a dependency cycle; the first is not repeated at the end.
    package var path: [ResourceAddress]

    package init(
        _ code: Code,
        _ address: ResourceAddress? = nil,
        message: String,
        help: String? = nil,
        path: [ResourceAddress] = []
    ) {
        self.code = code
        self.address = address
        self.message = message
        self.help = help
        self.path = path
    }
}
