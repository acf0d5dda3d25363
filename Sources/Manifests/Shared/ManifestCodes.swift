import SourceDiagnostics

/// What can be wrong with manifests and projects.
extension DiagnosticCode {
    /// The code OP2001.
    package static let noDocument = DiagnosticCode(
        "OP2001",
        "no-document",
        "A file holds no manifest.",
        remedy: "Write a manifest into the file, or take it away from the folder."
    )
    /// The code OP2002.
    package static let notAManifest = DiagnosticCode(
        "OP2002",
        "not-a-manifest",
        "A document is not a map with apiVersion, kind, metadata and spec.",
        remedy:
            "Begin each document with apiVersion, kind and metadata, and put its fields under spec; orchplan init writes an example."
    )
    /// The code OP2003.
    package static let unknownField = DiagnosticCode(
        "OP2003",
        "unknown-field",
        "A field is not one of those that its record has.",
        remedy: "Correct the name: orchplan explain KIND lists the fields that there are."
    )
    /// The code OP2004.
    package static let missingField = DiagnosticCode(
        "OP2004",
        "missing-field",
        "A field that must be given is not.",
        remedy: "Add the field: orchplan explain shows what it takes."
    )
    /// The code OP2005.
    package static let wrongType = DiagnosticCode(
        "OP2005",
        "wrong-type",
        "A value is text, a list or a map where the field takes another of them.",
        remedy: "Write the value in the form that the field takes: orchplan explain shows it with an example."
    )
    /// The code OP2006.
    package static let nullValue = DiagnosticCode(
        "OP2006",
        "null-value",
        "A field has a key and no value.",
        remedy: "Give the field a value, or remove its key."
    )
    /// The code OP2007.
    package static let unknownValue = DiagnosticCode(
        "OP2007",
        "unknown-value",
        "A value is not one of the words that the field takes.",
        remedy: "Use one of the words that the message lists."
    )
    /// The code OP2008.
    package static let unknownKind = DiagnosticCode(
        "OP2008",
        "unknown-kind",
        "The kind of a manifest is not known.",
        remedy: "Use Service, Network, Volume, Secret or Config."
    )
    /// The code OP2009.
    package static let unknownVersion = DiagnosticCode(
        "OP2009",
        "unknown-api-version",
        "The apiVersion of a manifest is not known.",
        remedy: "Write apiVersion: orchplan/v1."
    )
    /// The code OP2010.
    package static let invalidName = DiagnosticCode(
        "OP2010",
        "invalid-name",
        "A name is not made of letters, digits, `_`, `.` and `-`, or is too long.",
        remedy:
            "Begin the name with a letter or a digit, use only letters, digits, `_`, `.` and `-`, and keep it to 63 bytes."
    )
    /// The code OP2011.
    package static let invalidNumber = DiagnosticCode(
        "OP2011",
        "invalid-number",
        "A value is not a decimal number.",
        remedy: "Write the number in decimal digits, without separators and without quotes."
    )
    /// The code OP2012.
    package static let outOfRange = DiagnosticCode(
        "OP2012",
        "out-of-range",
        "A number is too small or too large.",
        remedy: "Use a number within the limits that the message names."
    )
    /// The code OP2013.
    package static let missingUnit = DiagnosticCode(
        "OP2013",
        "missing-unit",
        "A duration or a size has no unit.",
        remedy: "Add the unit: 10s, 1m30s and 2h are durations, 512MiB and 2GiB are sizes."
    )
    /// The code OP2014.
    package static let invalidUnit = DiagnosticCode(
        "OP2014",
        "invalid-unit",
        "A duration, a size or a number of processors cannot be read.",
        remedy: "Write durations as 10s or 1m30s, sizes as 512MiB, and processors as 0.5 or 2."
    )
    /// The code OP2015.
    package static let quotedNumber = DiagnosticCode(
        "OP2015",
        "quoted-number",
        "A number stands in quotes and so is text.",
        remedy: "Remove the quotes."
    )
    /// The code OP2016.
    package static let invalidMode = DiagnosticCode(
        "OP2016",
        "invalid-mode",
        "Permission bits are not octal digits in quotes.",
        remedy: "Write the mode as octal digits in quotes, such as \"0440\"."
    )
    /// The code OP2017.
    package static let invalidBool = DiagnosticCode(
        "OP2017",
        "invalid-bool",
        "A value is neither true nor false.",
        remedy: "Write true or false, without quotes."
    )
    /// The code OP2018.
    package static let invalidPort = DiagnosticCode(
        "OP2018",
        "invalid-port",
        "A port or a range of ports cannot be read.",
        remedy:
            "Write a port as 8080, a range as 8000-8010, and a published one as \"8080:80\" or \"127.0.0.1:8080:80/tcp\"."
    )
    /// The code OP2019.
    package static let invalidImage = DiagnosticCode(
        "OP2019",
        "invalid-image",
        "A reference to an image cannot be read.",
        remedy: "Write the image as name:tag, registry/name:tag or name@sha256:DIGEST."
    )
    /// The code OP2020.
    package static let invalidPath = DiagnosticCode(
        "OP2020",
        "invalid-path",
        "A path is not of the sort that the field takes.",
        remedy:
            "Write a path of the sort that the message asks for: absolute inside the service, relative in the project."
    )
    /// The code OP2021.
    package static let invalidAddress = DiagnosticCode(
        "OP2021",
        "invalid-address",
        "An address or an address range cannot be read.",
        remedy: "Write addresses as 10.0.0.1 and ranges as 10.0.0.0/24."
    )
    /// The code OP2022.
    package static let invalidCommand = DiagnosticCode(
        "OP2022",
        "invalid-command",
        "A command line has a quote that is not closed.",
        remedy: "Close the quote, or write the command as a list with one item for each word."
    )
    /// The code OP2023.
    package static let invalidText = DiagnosticCode(
        "OP2023",
        "invalid-text",
        "A text holds a character that it may not hold, or is not of the form that is needed.",
        remedy: "Remove the character, or write the text in the form that the message shows."
    )
    /// The code OP2024.
    package static let oneOf = DiagnosticCode(
        "OP2024",
        "exactly-one",
        "Of several fields exactly one must be given, and none or more than one is.",
        remedy: "Keep exactly one of the fields that the message names."
    )
    /// The code OP2025.
    package static let conflict = DiagnosticCode(
        "OP2025",
        "conflicting-fields",
        "Two fields contradict each other.",
        remedy: "Remove or change one of the two fields; the message says how they contradict each other."
    )
    /// The code OP2026.
    package static let duplicateEntry = DiagnosticCode(
        "OP2026",
        "duplicate-entry",
        "A list names the same thing twice.",
        remedy: "Remove one of the two entries, or give it another name."
    )
    /// The code OP2027.
    package static let invalidExpression = DiagnosticCode(
        "OP2027",
        "invalid-expression",
        "A placement rule or another expression cannot be read.",
        remedy: "Write the rule in the form that the message shows, such as node.labels.disk == ssd."
    )
    /// The code OP2030.
    package static let interpolationSyntax = DiagnosticCode(
        "OP2030",
        "interpolation-syntax",
        "A `$` begins nothing that can be put in.",
        remedy: "Write $$ for a dollar sign, or ${NAME} for a variable."
    )
    /// The code OP2031.
    package static let unsetVariable = DiagnosticCode(
        "OP2031",
        "unset-variable",
        "A variable is not set, or is empty where a value is needed, and has no default.",
        remedy:
            "Set the variable (in the environment, in the project file or with --var NAME=VALUE), or give a default: ${NAME:-default}."
    )
    /// The code OP2032.
    package static let requiredVariable = DiagnosticCode(
        "OP2032",
        "required-variable",
        "A variable that a manifest insists on is not set.",
        remedy: "Set the variable; the message is what the manifest says about it."
    )
    /// The code OP2033.
    package static let secretVariable = DiagnosticCode(
        "OP2033",
        "secret-variable",
        "A variable that is the source of a secret is put into other text.",
        remedy: "Pass the secret on by name, under secrets or as environment: {NAME: {secret: name}}, and not as text."
    )
    /// The code OP2034.
    package static let variableInName = DiagnosticCode(
        "OP2034",
        "variable-in-name",
        "A name holds a variable.",
        remedy: "Write the name out: names decide what belongs together, and must not depend on who applies."
    )
    /// The code OP2035.
    package static let composeFile = DiagnosticCode(
        "OP2035",
        "compose-file",
        "A Compose file stands where a manifest is expected.",
        remedy: "Turn it into manifests once: orchplan convert FILE. From then on the manifests are what is kept."
    )
    /// The code OP2101.
    package static let duplicateResource = DiagnosticCode(
        "OP2101",
        "duplicate-resource",
        "Two manifests declare the same resource.",
        remedy: "Remove or rename one of the two; a change for one environment belongs into an overlay."
    )
    /// The code OP2102.
    package static let undefinedReference = DiagnosticCode(
        "OP2102",
        "undefined-reference",
        "A manifest names a resource that none declares.",
        remedy: "Declare the resource, correct its name, or mark it as external where somebody else owns it."
    )
    /// The code OP2103.
    package static let dependencyCycle = DiagnosticCode(
        "OP2103",
        "dependency-cycle",
        "Services depend on each other in a circle.",
        remedy: "Take away one of the dependencies in the circle: one service has to be able to start first."
    )
    /// The code OP2104.
    package static let portClash = DiagnosticCode(
        "OP2104",
        "port-clash",
        "Two services publish the same port of the host.",
        remedy: "Publish another port for one of the two, or the same on another hostIP."
    )
    /// The code OP2105.
    package static let subnetOverlap = DiagnosticCode(
        "OP2105",
        "subnet-overlap",
        "The address ranges of two networks overlap.",
        remedy: "Give one of the networks another range."
    )
    /// The code OP2107.
    package static let outsideMount = DiagnosticCode(
        "OP2107",
        "outside-mount",
        "The source of a bind mount leaves the project by `..`.",
        remedy: "Keep what is mounted inside the project, or name it by its absolute path, which says where it is."
    )
    /// The code OP2108.
    package static let endlessDependency = DiagnosticCode(
        "OP2108",
        "endless-dependency",
        "A service waits for the completion of one that is no job.",
        remedy: "Write condition: healthy, or give the other service a mode that ends, such as replicatedJob."
    )
    /// Every code of manifests.
    package static let manifestCodes: [DiagnosticCode] = [
        noDocument, notAManifest, unknownField, missingField, wrongType, nullValue, unknownValue, unknownKind,
        unknownVersion, invalidName, invalidNumber, outOfRange, missingUnit, invalidUnit, quotedNumber, invalidMode,
        invalidBool, invalidPort, invalidImage, invalidPath, invalidAddress, invalidCommand, invalidText, oneOf,
        conflict, duplicateEntry, invalidExpression, interpolationSyntax, unsetVariable, requiredVariable,
        secretVariable, variableInName, composeFile, duplicateResource, undefinedReference, dependencyCycle, portClash,
        subnetOverlap, outsideMount, endlessDependency, unreadable, noManifests, fileTwice, notRegular, outsideProject,
        contentSize,
        openSecret,
        missingContent, badEnvFile, ownRecords, secretFile, noEnvironment, badProject, unsupportedField,
        unsupportedKind, unsupportedMode,
        needsCommand, unreachablePort,
    ]
}
