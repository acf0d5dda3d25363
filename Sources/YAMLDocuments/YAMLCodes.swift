import SourceDiagnostics

extension DiagnosticCode {
    /// Anything that libyaml refuses and that has no code of its own.
    package static let yamlSyntax = DiagnosticCode(
        "OP1001",
        "yaml-syntax",
        "The text is not valid YAML.",
        remedy: "Look at the marked place: most often a quote, a colon or an indentation is missing just before it."
    )
    /// The code OP1002.
    package static let yamlUnclosedQuote = DiagnosticCode(
        "OP1002",
        "unclosed-quote",
        "A quoted text has no closing quote.",
        remedy: "Close the text with the quote that it began with; a quote inside it is doubled ('') or escaped (\\\")."
    )
    /// The code OP1003.
    package static let yamlUnclosedFlow = DiagnosticCode(
        "OP1003",
        "unclosed-bracket",
        "A list in brackets or a map in braces is not closed.",
        remedy: "Close the bracket or brace, or quote the text when it is not meant as a list or a map."
    )
    /// The code OP1004.
    package static let yamlTab = DiagnosticCode(
        "OP1004",
        "tab-indentation",
        "A tab stands where YAML wants spaces.",
        remedy: "Indent with spaces, and set the editor to do so for YAML."
    )
    /// The code OP1005.
    package static let yamlNestedValue = DiagnosticCode(
        "OP1005",
        "nested-mapping-value",
        "A value holds a colon and a space, and so reads as a map in the wrong place.",
        remedy: "Put the value in quotes, or begin a map on the next line, indented further."
    )
    /// The code OP1006.
    package static let yamlReservedCharacter = DiagnosticCode(
        "OP1006",
        "reserved-character",
        "A value without quotes starts with a character that YAML keeps for itself.",
        remedy: "Put the value in quotes."
    )
    /// The code OP1007.
    package static let yamlEscape = DiagnosticCode(
        "OP1007",
        "bad-escape",
        "A text in double quotes holds an unknown escape.",
        remedy: "Double the backslash, or use single quotes, in which a backslash is only that."
    )
    /// The code OP1008.
    package static let yamlDirective = DiagnosticCode(
        "OP1008",
        "bad-directive",
        "A directive is unknown or asks for another version of YAML.",
        remedy: "Remove the line that begins with a percent sign; YAML 1.2 is what is read anyway."
    )
    /// The code OP1009.
    package static let yamlIndentation = DiagnosticCode(
        "OP1009",
        "bad-indentation",
        "A line is indented so that it belongs to nothing.",
        remedy: "Indent the line as far as its neighbours in the same list or map."
    )
    /// The code OP1010.
    package static let yamlTemplate = DiagnosticCode(
        "OP1010",
        "unquoted-template",
        "A template or a variable in braces stands without quotes and so reads as a map.",
        remedy: "Put the template or the variable in quotes."
    )
    /// The code OP1011.
    package static let yamlUnknownTag = DiagnosticCode(
        "OP1011",
        "unknown-tag",
        "A tag is not one of the core tags.",
        remedy: "Remove the tag: fields know their types."
    )
    /// The code OP1012.
    package static let yamlKeyNotString = DiagnosticCode(
        "OP1012",
        "key-not-a-string",
        "A key is a list, a map or null.",
        remedy: "Write the key as text, in quotes where needed."
    )
    /// The code OP1013.
    package static let yamlComplexKey = DiagnosticCode(
        "OP1013",
        "complex-key",
        "A key is written with a question mark.",
        remedy: "Write the key in front of a colon, without the question mark."
    )
    /// The code OP1014.
    package static let yamlDuplicateKey = DiagnosticCode(
        "OP1014",
        "duplicate-key",
        "A map has the same key twice.",
        remedy: "Keep one of the two, or merge what they hold."
    )
    /// The code OP1015.
    package static let yamlUnknownAlias = DiagnosticCode(
        "OP1015",
        "unknown-alias",
        "An alias names an anchor that is not defined before it.",
        remedy: "Define the anchor (&name) in the same document before its first alias (*name), or correct the name."
    )
    /// The code OP1016.
    package static let yamlRecursiveAlias = DiagnosticCode(
        "OP1016",
        "recursive-alias",
        "An alias stands inside the node that it names.",
        remedy: "Give the alias a node of its own: what it names cannot hold itself."
    )
    /// The code OP1017.
    package static let yamlMerge = DiagnosticCode(
        "OP1017",
        "bad-merge",
        "A merge key does not hold a map or a list of maps, or is given twice.",
        remedy: "Write one key << whose value is an alias of a map, or a list of such aliases."
    )
    /// The code OP1020.
    package static let yamlEncoding = DiagnosticCode(
        "OP1020",
        "bad-encoding",
        "The file is not UTF-8.",
        remedy: "Save the file as UTF-8; iconv converts it from other encodings."
    )
    /// The code OP1021.
    package static let yamlControlCharacter = DiagnosticCode(
        "OP1021",
        "control-character",
        "The file holds a control character.",
        remedy: "Remove the character, or write it as an escape in double quotes, such as \\u0007."
    )
    /// The code OP1022.
    package static let yamlHiddenCharacter = DiagnosticCode(
        "OP1022",
        "hidden-character",
        "The file holds a character that cannot be seen or that changes the order of others (CVE-2021-42574).",
        remedy: "Remove the character, or write it as an escape in double quotes; ask where it came from."
    )
    /// The code OP1023.
    package static let yamlLineSeparator = DiagnosticCode(
        "OP1023",
        "odd-line-break",
        "The file holds a line break that most programs do not take for one.",
        remedy: "Save the file with the line breaks of Unix (LF) or Windows (CR LF)."
    )
    /// The code OP1030.
    package static let yamlTooDeep = DiagnosticCode(
        "OP1030",
        "nesting-limit",
        "Lists and maps are nested too deep.",
        remedy: "Make the document flatter: no field of a manifest needs so many levels."
    )
    /// The code OP1031.
    package static let yamlTooManyAliases = DiagnosticCode(
        "OP1031",
        "alias-limit",
        "The aliases of a document stand for too many nodes.",
        remedy: "Write out what the aliases stand for, or use fewer of them; aliases of aliases grow by powers."
    )
    /// The code OP1032.
    package static let yamlScalarTooLong = DiagnosticCode(
        "OP1032",
        "scalar-limit",
        "A text is too long.",
        remedy: "Keep long content in a file of its own and name that file."
    )
    /// The code OP1033.
    package static let yamlTooManyKeys = DiagnosticCode(
        "OP1033",
        "key-count-limit",
        "A map has too many keys.",
        remedy: "Divide the map, or check what made it: no field of a manifest needs so many keys."
    )
    /// The code OP1034.
    package static let yamlKeyTooLong = DiagnosticCode(
        "OP1034",
        "key-length-limit",
        "A key is too long.",
        remedy: "Shorten the key; a colon that is missing further up makes text into a key."
    )
    /// The code OP1035.
    package static let yamlFileTooLarge = DiagnosticCode(
        "OP1035",
        "file-size-limit",
        "A file is too large.",
        remedy: "Divide the file: a folder may hold any number of them."
    )
    /// The code OP1036.
    package static let yamlGivenUp = DiagnosticCode(
        "OP1036",
        "too-many-faults",
        "A file has so many faults that the rest of it was not looked at.",
        remedy: "Mend the faults that are shown, then run lint again."
    )

    /// Every code of YAML syntax and limits.
    package static let yamlCodes: [DiagnosticCode] = [
        yamlSyntax, yamlUnclosedQuote, yamlUnclosedFlow, yamlTab, yamlNestedValue, yamlReservedCharacter, yamlEscape,
        yamlDirective, yamlIndentation, yamlTemplate, yamlUnknownTag, yamlKeyNotString, yamlComplexKey,
        yamlDuplicateKey, yamlUnknownAlias, yamlRecursiveAlias, yamlMerge, yamlEncoding, yamlControlCharacter,
        yamlHiddenCharacter, yamlLineSeparator, yamlTooDeep, yamlTooManyAliases, yamlScalarTooLong, yamlTooManyKeys,
        yamlKeyTooLong, yamlFileTooLarge, yamlGivenUp,
    ]
}
