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
    /// Whether a service that is on internal networks only can publish ports all the same.
    package var publishesFromInternalNetworks: Bool
    /// Whether the driver runs images of registries and can ask these what an image's name stands for.
    package var resolvesImages: Bool
    /// Whether the driver makes host names of what services and networks are called.
    package var needsHostNames: Bool
    /// An address that stands for those of this machine on which services listen at their target ports; nil: none do.
    package var serviceAddress: String?

    package init(
        driver: String,
        kinds: Set<ResourceKind> = Set(ResourceKind.allCases),
        modes: Set<ServiceMode> = Set(ServiceMode.allCases),
        nativeRollout: Bool,
        unsupportedFields: [UnsupportedField] = [],
        requiresCommand: Bool = false,
        hostPortsAreExclusive: Bool = true,
        lowestPort: Int = 1,
        publishesFromInternalNetworks: Bool = true,
        resolvesImages: Bool = false,
        needsHostNames: Bool = false,
        serviceAddress: String? = nil
    ) {
        self.driver = driver
        self.kinds = kinds
        self.modes = modes
        self.nativeRollout = nativeRollout
        self.unsupportedFields = unsupportedFields
        self.requiresCommand = requiresCommand
        self.hostPortsAreExclusive = hostPortsAreExclusive
        self.lowestPort = lowestPort
        self.publishesFromInternalNetworks = publishesFromInternalNetworks
        self.resolvesImages = resolvesImages
        self.needsHostNames = needsHostNames
        self.serviceAddress = serviceAddress
    }
}

/// A field that a driver cannot honour.
package struct UnsupportedField: Sendable, Hashable {
    package var kind: ResourceKind
    /// The field's path below `spec`: `resources.limits.pids`; `[]` is any item of a list and any entry of a map.
    package var path: String
    package var reason: String
    /// Whether the manifest is refused; otherwise it is a warning.
    package var isError: Bool
    /// What becomes of the field where that is a warning.
    package var outcome: String
    /// Which of the field's values it is about.
    package var condition: FieldCondition
    /// What to write instead.
    package var help: String?

    package init(
        _ kind: ResourceKind,
        _ path: String,
        reason: String,
        isError: Bool = false,
        outcome: String = "it is ignored",
        when condition: FieldCondition = .written,
        help: String? = nil
    ) {
        self.kind = kind
        self.path = path
        self.reason = reason
        self.isError = isError
        self.outcome = outcome
        self.condition = condition
        self.help = help
    }
}

/// Which values of a field a driver cannot honour.
///
/// All but `written` look at the resource after short forms were expanded and defaults filled in.
package enum FieldCondition: Sendable, Hashable {
    /// Whatever a manifest writes there.
    case written
    /// Any value, in a short form too.
    case present
    /// A list without items.
    case empty
    /// One of these words; flags are `true` and `false`.
    case oneOf([String])
    /// None of these words; one that ends in `*` stands for all that begin with it.
    case noneOf([String])
    /// A text with this part.
    case containing(String)

    /// Whether a value is among those that it is about.
    package func holds(for value: CanonicalValue) -> Bool {
        switch self {
        case .written, .present: return true
        case .empty: return value.array?.isEmpty ?? false
        case .oneOf(let words): return Self.text(value).map { words.contains($0) } ?? false
        case .noneOf(let words):
            guard let text = Self.text(value) else { return false }
            return !words.contains { $0.hasSuffix("*") ? text.hasPrefix($0.dropLast()) : text == $0 }
        case .containing(let part): return Self.text(value)?.contains(part) ?? false
        }
    }

    private static func text(_ value: CanonicalValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .null, .number, .array, .object: nil
        }
    }
}
