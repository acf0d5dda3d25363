import SourceDiagnostics

/// What is wrong with files, with the project, or with what the driver can do.
extension DiagnosticCode {
    /// The code OP2201.
    package static let unreadable = DiagnosticCode(
        "OP2201",
        "unreadable-file",
        "A file or directory cannot be read.",
        remedy: "See that the path exists and that you may read it."
    )
    /// The code OP2202.
    package static let noManifests = DiagnosticCode(
        "OP2202",
        "no-manifests",
        "No manifest was found, which never means that all is to be deleted.",
        remedy:
            "Name the folder with the manifests, or run orchplan init for a first one; to take everything down there is orchplan destroy."
    )
    /// The code OP2203.
    package static let fileTwice = DiagnosticCode(
        "OP2203",
        "file-given-twice",
        "The same file is found under two paths.",
        remedy: "Name the file once; one of the paths may be a link to the other."
    )
    /// The code OP2204.
    package static let notRegular = DiagnosticCode(
        "OP2204",
        "not-a-regular-file",
        "A path leads to a directory, a device or a pipe where a file is needed.",
        remedy: "Name a regular file."
    )
    /// The code OP2205.
    package static let outsideProject = DiagnosticCode(
        "OP2205",
        "outside-project",
        "A path leads out of the project's directory.",
        remedy: "Keep the file below the directory of the project file."
    )
    /// The code OP2206.
    package static let contentSize = DiagnosticCode(
        "OP2206",
        "content-size",
        "The content of a secret or config is empty or too large.",
        remedy: "Put 1 byte to 500 KiB into it; larger data belong into a volume."
    )
    /// The code OP2207.
    package static let openSecret = DiagnosticCode(
        "OP2207",
        "open-secret-file",
        "Other users of the machine can read the file of a secret.",
        remedy: "Take the right to read from others: chmod 600 FILE."
    )
    /// The code OP2208.
    package static let missingContent = DiagnosticCode(
        "OP2208",
        "missing-content",
        "The source of a secret or config does not exist.",
        remedy: "Make the file or set the variable, or correct its name; a file's path is relative to the manifest."
    )
    /// The code OP2209.
    package static let badEnvFile = DiagnosticCode(
        "OP2209",
        "bad-env-file",
        "A line of a file with environment variables cannot be read.",
        remedy: "Write one NAME=VALUE a line; comments begin with #."
    )
    /// The code OP2210.
    package static let ownRecords = DiagnosticCode(
        "OP2210",
        "own-records",
        "A manifest names what orchplan keeps for itself.",
        remedy:
            "Name a file or folder of yours: what is in .orchplan, and the file of the state, are for orchplan alone."
    )
    /// The code OP2211.
    package static let secretFile = DiagnosticCode(
        "OP2211",
        "secret-file",
        "The file that a secret is made of is taken for something that plans show.",
        remedy: "Pass the secret on by name, under secrets or as environment: {NAME: {secret: name}}."
    )
    /// The code OP2301.
    package static let noEnvironment = DiagnosticCode(
        "OP2301",
        "unknown-environment",
        "The project file has no such environment.",
        remedy: "Use one of the environments in orchplan.yaml, or add this one there."
    )
    /// The code OP2302.
    package static let badProject = DiagnosticCode(
        "OP2302",
        "bad-project",
        "A setting of the project cannot be used.",
        remedy: "Correct the setting in orchplan.yaml: orchplan explain project lists what there is."
    )
    /// The code OP4001.
    package static let unsupportedField = DiagnosticCode(
        "OP4001",
        "unsupported-field",
        "The driver cannot honour a field.",
        remedy: "Remove the field, or use a driver that honours it."
    )
    /// The code OP4002.
    package static let unsupportedKind = DiagnosticCode(
        "OP4002",
        "unsupported-kind",
        "The driver does not know a kind of resource.",
        remedy: "Remove the resource, or use a driver that knows its kind."
    )
    /// The code OP4003.
    package static let unsupportedMode = DiagnosticCode(
        "OP4003",
        "unsupported-mode",
        "The driver does not know a service mode.",
        remedy: "Use another mode, or a driver that knows this one."
    )
    /// The code OP4004.
    package static let needsCommand = DiagnosticCode(
        "OP4004",
        "needs-command",
        "The driver does not run images, so a service must say its command.",
        remedy: "Add command with the program to run: this driver starts programs of the machine."
    )
    /// The code OP4005.
    package static let unreachablePort = DiagnosticCode(
        "OP4005",
        "unreachable-port",
        "A service publishes a port, but is on internal networks only.",
        remedy: "Put the service on a network that is not internal, or remove the published port."
    )
}
