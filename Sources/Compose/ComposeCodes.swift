import SourceDiagnostics

extension DiagnosticCode {
    /// The code OP7001.
    static let notCompose = DiagnosticCode(
        "OP7001",
        "not-a-compose-file",
        "A file that is to be converted is no Compose file.",
        remedy: "Name a file with services at its top, as docker stack deploy takes it."
    )
    /// The code OP7002.
    static let unknownKey = DiagnosticCode(
        "OP7002",
        "unknown-compose-key",
        "A Compose file has a key that the Compose specification does not know.",
        remedy: "Correct the key; keys of your own begin with x-."
    )
    /// The code OP7003.
    static let composeValue = DiagnosticCode(
        "OP7003",
        "compose-value",
        "A value of a Compose file cannot be read.",
        remedy: "Write the value in the form that the message shows."
    )
    /// The code OP7004.
    static let leftOut = DiagnosticCode(
        "OP7004",
        "left-out-of-manifest",
        "Something that a Compose file says has no place in the manifests.",
        remedy:
            "See whether the service does without; the message says why it was left out and what there is in its place."
    )
    /// The code OP7005.
    static let changed = DiagnosticCode(
        "OP7005",
        "converted-otherwise",
        "Something is not as in the Compose file, or not as docker stack deploy made it.",
        remedy: "Read what became of it, and correct the manifest where something else is meant."
    )
    /// The code OP7006.
    static let undeclared = DiagnosticCode(
        "OP7006",
        "undeclared-in-compose",
        "A service names something that the Compose file does not declare.",
        remedy: "Declare it at the top of the file, correct its name, or name the other files of the stack, too."
    )
    /// The code OP7007.
    static let unconvertible = DiagnosticCode(
        "OP7007",
        "not-convertible",
        "A Compose file says something without which its services would not be the same.",
        remedy: "Change the Compose file as the message says, and convert it again."
    )

    /// Every code of conversions.
    package static let composeCodes: [DiagnosticCode] = [
        notCompose, unknownKey, composeValue, leftOut, changed, undeclared, unconvertible,
    ]
}
