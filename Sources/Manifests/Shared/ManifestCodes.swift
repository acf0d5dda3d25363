import SourceDiagnostics

/// What can be wrong with manifests and projects.
extension DiagnosticCode {
    /// The code OP2001.
    package static let noDocument = DiagnosticCode(
        "OP2001",
        "no-document",
        "A file holds no manifest."
    )
    /// The code OP2002.
    package static let notAManifest = DiagnosticCode(
        "OP2002",
        "not-a-manifest",
        "A document is not a map with apiVersion, kind, metadata and spec."
    )
    /// The code OP2003.
    package static let unknownField = DiagnosticCode(
        "OP2003",
        "unknown-field",
        "A field is not one of those that its record has."
    )
    /// The code OP2004.
    package static let missingField = DiagnosticCode(
        "OP2004",
        "missing-field",
        "A field that must be given is not."
    )
    /// The code OP2005.
    package static let wrongType = DiagnosticCode(
        "OP2005",
        "wrong-type",
        "A value is text, a list or a map where the field takes another of them."
    )
    /// The code OP2006.
    package static let nullValue = DiagnosticCode(
        "OP2006",
        "null-value",
        "A field has a key and no value."
    )
    /// The code OP2007.
    package static let unknownValue = DiagnosticCode(
        "OP2007",
        "unknown-value",
        "A value is not one of the words that the field takes."
    )
    /// The code OP2008.
    package static let unknownKind = DiagnosticCode(
        "OP2008",
        "unknown-kind",
        "The kind of a manifest is not known."
    )
    /// The code OP2009.
    package static let unknownVersion = DiagnosticCode(
        "OP2009",
        "unknown-api-version",
        "The apiVersion of a manifest is not known."
    )
    /// The code OP2010.
    package static let invalidName = DiagnosticCode(
        "OP2010",
        "invalid-name",
        "A name is not made of letters, digits, `_`, `.` and `-`, or is too long."
    )
    /// The code OP2011.
    package static let invalidNumber = DiagnosticCode(
        "OP2011",
        "invalid-number",
        "A value is not a decimal number."
    )
    /// The code OP2012.
    package static let outOfRange = DiagnosticCode(
        "OP2012",
        "out-of-range",
        "A number is too small or too large."
    )
    /// The code OP2013.
    package static let missingUnit = DiagnosticCode(
        "OP2013",
        "missing-unit",
        "A duration or a size has no unit."
    )
    /// The code OP2014.
    package static let invalidUnit = DiagnosticCode(
        "OP2014",
        "invalid-unit",
        "A duration, a size or a number of processors cannot be read."
    )
    /// The code OP2015.
    package static let quotedNumber = DiagnosticCode(
        "OP2015",
        "quoted-number",
        "A number stands in quotes and so is text."
    )
    /// The code OP2016.
    package static let invalidMode = DiagnosticCode(
        "OP2016",
        "invalid-mode",
        "Permission bits are not octal digits in quotes."
    )
    /// The code OP2017.
    package static let invalidBool = DiagnosticCode(
        "OP2017",
        "invalid-bool",
        "A value is neither true nor false."
    )
    /// The code OP2018.
    package static let invalidPort = DiagnosticCode(
        "OP2018",
        "invalid-port",
        "A port or a range of ports cannot be read."
    )
    /// The code OP2019.
    package static let invalidImage = DiagnosticCode(
        "OP2019",
        "invalid-image",
        "A reference to an image cannot be read."
    )
    /// The code OP2020.
    package static let invalidPath = DiagnosticCode(
        "OP2020",
        "invalid-path",
        "A path is not of the sort that the field takes."
    )
    /// The code OP2021.
    package static let invalidAddress = DiagnosticCode(
        "OP2021",
        "invalid-address",
        "An address or an address range cannot be read."
    )
    /// The code OP2022.
    package static let invalidCommand = DiagnosticCode(
        "OP2022",
        "invalid-command",
        "A command line has a quote that is not closed."
    )
    /// The code OP2023.
    package static let invalidText = DiagnosticCode(
        "OP2023",
        "invalid-text",
        "A text holds a character that it may not hold, or is not of the form that is needed."
    )
    /// The code OP2024.
    package static let oneOf = DiagnosticCode(
        "OP2024",
        "exactly-one",
        "Of several fields exactly one must be given, and none or more than one is."
    )
    /// The code OP2025.
    package static let conflict = DiagnosticCode(
        "OP2025",
        "conflicting-fields",
        "Two fields contradict each other."
    )
    /// The code OP2026.
    package static let duplicateEntry = DiagnosticCode(
        "OP2026",
        "duplicate-entry",
        "A list names the same thing twice."
    )
    /// The code OP2027.
    package static let invalidExpression = DiagnosticCode(
        "OP2027",
        "invalid-expression",
        "A placement rule or another expression cannot be read."
    )
    /// The code OP2030.
    package static let interpolationSyntax = DiagnosticCode(
        "OP2030",
        "interpolation-syntax",
        "A `$` begins nothing that can be put in."
    )
    /// The code OP2031.
    package static let unsetVariable = DiagnosticCode(
        "OP2031",
        "unset-variable",
        "A variable is not set, or is empty where a value is needed, and has no default."
    )
    /// The code OP2032.
    package static let requiredVariable = DiagnosticCode(
        "OP2032",
        "required-variable",
        "A variable that a manifest insists on is not set."
    )
    /// The code OP2033.
    package static let secretVariable = DiagnosticCode(
        "OP2033",
        "secret-variable",
        "A variable that is the source of a secret is put into other text."
    )
    /// The code OP2034.
    package static let variableInName = DiagnosticCode(
        "OP2034",
        "variable-in-name",
        "A name holds a variable."
    )
    /// The code OP2101.
    package static let duplicateResource = DiagnosticCode(
        "OP2101",
        "duplicate-resource",
        "Two manifests declare the same resource."
    )
    /// The code OP2102.
    package static let undefinedReference = DiagnosticCode(
        "OP2102",
        "undefined-reference",
        "A manifest names a resource that none declares."
    )
    /// The code OP2103.
    package static let dependencyCycle = DiagnosticCode(
        "OP2103",
        "dependency-cycle",
        "Services depend on each other in a circle."
    )
    /// The code OP2104.
    package static let portClash = DiagnosticCode(
        "OP2104",
        "port-clash",
        "Two services publish the same port of the host."
    )
    /// The code OP2105.
    package static let subnetOverlap = DiagnosticCode(
        "OP2105",
        "subnet-overlap",
        "The address ranges of two networks overlap."
    )
    /// The code OP2106.
    package static let rootMount = DiagnosticCode(
        "OP2106",
        "root-mount",
        "A mount gives a service the whole host."
    )
    /// The code OP2107.
    package static let outsideMount = DiagnosticCode(
        "OP2107",
        "outside-mount",
        "The source of a bind mount leaves the project by `..`."
    )
    /// The code OP2201.
    package static let unreadable = DiagnosticCode(
        "OP2201",
        "unreadable-file",
        "A file or directory cannot be read."
    )
    /// The code OP2202.
    package static let noManifests = DiagnosticCode(
        "OP2202",
        "no-manifests",
        "No manifest was found, which never means that all is to be deleted."
    )
    /// The code OP2203.
    package static let fileTwice = DiagnosticCode(
        "OP2203",
        "file-given-twice",
        "The same file is found under two paths."
    )
    /// The code OP2204.
    package static let notRegular = DiagnosticCode(
        "OP2204",
        "not-a-regular-file",
        "A path leads to a directory, a device or a pipe where a file is needed."
    )
    /// The code OP2205.
    package static let outsideProject = DiagnosticCode(
        "OP2205",
        "outside-project",
        "A path leads out of the project's directory."
    )
    /// The code OP2206.
    package static let contentSize = DiagnosticCode(
        "OP2206",
        "content-size",
        "The content of a secret or config is empty or too large."
    )
    /// The code OP2207.
    package static let openSecret = DiagnosticCode(
        "OP2207",
        "open-secret-file",
        "Other users of the machine can read the file of a secret."
    )
    /// The code OP2208.
    package static let missingContent = DiagnosticCode(
        "OP2208",
        "missing-content",
        "The source of a secret or config does not exist."
    )
    /// The code OP2209.
    package static let badEnvFile = DiagnosticCode(
        "OP2209",
        "bad-env-file",
        "A line of a file with environment variables cannot be read."
    )
    /// The code OP2301.
    package static let noEnvironment = DiagnosticCode(
        "OP2301",
        "unknown-environment",
        "The project file has no such environment."
    )
    /// The code OP2302.
    package static let badProject = DiagnosticCode(
        "OP2302",
        "bad-project",
        "A setting of the project cannot be used."
    )
    /// The code OP4001.
    package static let unsupportedField = DiagnosticCode(
        "OP4001",
        "unsupported-field",
        "The driver cannot honour a field."
    )
    /// The code OP4002.
    package static let unsupportedKind = DiagnosticCode(
        "OP4002",
        "unsupported-kind",
        "The driver does not know a kind of resource."
    )
    /// The code OP4003.
    package static let unsupportedMode = DiagnosticCode(
        "OP4003",
        "unsupported-mode",
        "The driver does not know a service mode."
    )
    /// The code OP4004.
    package static let needsCommand = DiagnosticCode(
        "OP4004",
        "needs-command",
        "The driver does not run images, so a service must say its command."
    )

    /// Every code of manifests.
    package static let manifestCodes: [DiagnosticCode] = [
        noDocument, notAManifest, unknownField, missingField, wrongType, nullValue, unknownValue, unknownKind,
        unknownVersion, invalidName, invalidNumber, outOfRange, missingUnit, invalidUnit, quotedNumber, invalidMode,
        invalidBool, invalidPort, invalidImage, invalidPath, invalidAddress, invalidCommand, invalidText, oneOf,
        conflict, duplicateEntry, invalidExpression, interpolationSyntax, unsetVariable, requiredVariable,
        secretVariable, variableInName, duplicateResource, undefinedReference, dependencyCycle, portClash,
        subnetOverlap, rootMount, outsideMount, unreadable, noManifests, fileTwice, notRegular, outsideProject,
        contentSize,
        openSecret,
        missingContent, badEnvFile, noEnvironment, badProject, unsupportedField, unsupportedKind, unsupportedMode,
        needsCommand,
    ]
}
