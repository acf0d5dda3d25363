/// What a driver can do, as a value that linting and planning read.
package struct Capabilities: Sendable, Hashable {
    /// The name in a project file: `local`, `swarm`, `simulated`.
    package var driver: String
    package var kinds: Set<ResourceKind>
    package var modes: Set<ServiceMode>
    /// Whether the driver runs rollouts itself; otherwise the apply machine replaces the instances.
    package var nativeRollout: Bool
    /// Fields that the driver cannot honour, each with the reason that a diagnostic gives.
    package var unsupportedFields: [UnsupportedField]
    /// Whether a service must say which command it runs, because images are not run.
    package var requiresCommand: Bool
    /// Whether a published port needs the same host port for the old and the new instance of a start-first update.
    package var hostPortsAreExclusive: Bool
    /// The lowest port that services can listen on: as somebody who is not root, few can have those below it.
    package var lowestPort: Int

    package init(
        driver: String,
        kinds: Set<ResourceKind> = Set(ResourceKind.allCases),
        modes: Set<ServiceMode> = Set(ServiceMode.allCases),
        nativeRollout: Bool,
        unsupportedFields: [UnsupportedField] = [],
        requiresCommand: Bool = false,
        hostPortsAreExclusive: Bool = true,
        lowestPort: Int = 1
    ) {
        self.driver = driver
        self.kinds = kinds
        self.modes = modes
        self.nativeRollout = nativeRollout
        self.unsupportedFields = unsupportedFields
        self.requiresCommand = requiresCommand
        self.hostPortsAreExclusive = hostPortsAreExclusive
        self.lowestPort = lowestPort
    }
}

/// A field that a driver cannot honour.
package struct UnsupportedField: Sendable, Hashable {
    package var kind: ResourceKind
    /// The field's path below `spec`: `resources.limits.pids`.
    package var path: String
    package var reason: String
    /// Whether the manifest is refused; otherwise the field is ignored with a warning.
    package var isError: Bool
    /// What becomes of it; nil: it is ignored.
    package var help: String?

    package init(
        _ kind: ResourceKind,
        _ path: String,
        reason: String,
        isError: Bool = false,
        help: String? = nil
    ) {
        self.kind = kind
        self.path = path
        self.reason = reason
        self.isError = isError
        self.help = help
    }
}
