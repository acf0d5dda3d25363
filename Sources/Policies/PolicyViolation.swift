import ResourceModel
import SourceDiagnostics

/// What a policy forbids of what is declared or planned.
package struct PolicyViolation: Sendable, Hashable {
    package var code: DiagnosticCode
    package var address: ResourceAddress
    /// The path below `spec`; nil: the resource as a whole.
    package var field: String?
    package var message: String
    package var help: String
}

/// What policies forbid.
extension DiagnosticCode {
    /// The code OP6001.
    static let forbiddenField = DiagnosticCode(
        "OP6001",
        "forbidden-field",
        "A manifest sets a field that the policy forbids.",
        remedy: "Take the field away, or ask whoever keeps the policy to allow it."
    )
    /// The code OP6002.
    static let forbiddenPrivilege = DiagnosticCode(
        "OP6002",
        "forbidden-privilege",
        "A service asks for more than an ordinary process has, which the policy forbids.",
        remedy: "Do without the privilege, or ask whoever keeps the policy to allow it."
    )
    /// The code OP6003.
    static let forbiddenImage = DiagnosticCode(
        "OP6003",
        "forbidden-image",
        "A service runs an image that the policy does not allow.",
        remedy: "Use an image that the policy allows; it names them under images."
    )
    /// The code OP6004.
    static let forbiddenPort = DiagnosticCode(
        "OP6004",
        "forbidden-port",
        "A service publishes a port, or listens on an address, that the policy does not allow.",
        remedy: "Publish one of the ports that the policy names under ports."
    )
    /// The code OP6005.
    static let forbiddenHostPath = DiagnosticCode(
        "OP6005",
        "forbidden-host-path",
        "A service or volume uses a path of the node that the policy does not allow.",
        remedy: "Use a volume, or one of the paths that the policy names under hostPaths."
    )
    /// The code OP6006.
    static let forbiddenSecretSource = DiagnosticCode(
        "OP6006",
        "forbidden-secret-source",
        "A secret takes its bytes from where the policy does not allow.",
        remedy: "Use one of the sources that the policy names under secrets."
    )
    /// The code OP6007.
    static let forbiddenAction = DiagnosticCode(
        "OP6007",
        "forbidden-action",
        "A plan does what the policy forbids.",
        remedy: "Apply without that change, or let somebody apply it whose policy allows it."
    )

    /// All of them.
    package static let policyCodes: [DiagnosticCode] = [
        forbiddenField, forbiddenPrivilege, forbiddenImage, forbiddenPort, forbiddenHostPath, forbiddenSecretSource,
        forbiddenAction,
    ]
}
