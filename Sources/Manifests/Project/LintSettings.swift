import SourceDiagnostics
import YAMLDocuments

/// Which lint rules run, how bad their findings are, and what they compare with.
package struct LintSettings: Sendable, ManifestRecord {
    /// What a project sets of a rule beside its severity; the rules know what it means.
    package struct Option: Sendable, Hashable {
        package var name: String
        /// One text, or those of a list.
        package var values: [String]
        /// Where the name is written, and the value.
        package var nameRange: SourceRange
        package var valueRange: SourceRange
    }

    /// `off`, `note`, `warning` or `error`, by the name or number of a rule.
    package var levels: [String: String] = [:]
    /// By the name or number of a rule.
    package var options: [String: [Option]] = [:]
    /// Where the name of each rule is written.
    package var ranges: [String: SourceRange] = [:]
    /// The file of known findings, relative to the project's directory.
    package var baseline: String?
    /// Where that is written.
    package var baselineRange: SourceRange?

    package init() {}

    /// The same settings, written in another file of a run.
    package func moved(to file: SourceID) -> LintSettings {
        func moved(_ range: SourceRange) -> SourceRange {
            SourceRange(file: file, start: range.start, end: range.end)
        }
        var settings = self
        settings.ranges = ranges.mapValues(moved)
        settings.baselineRange = baselineRange.map(moved)
        settings.options = options.mapValues { options in
            options.map {
                Option(
                    name: $0.name,
                    values: $0.values,
                    nameRange: moved($0.nameRange),
                    valueRange: moved($0.valueRange)
                )
            }
        }
        return settings
    }

    /// The words for severities; `info` is another word for `note`.
    private static let levelNames = ["off", "info", "note", "warning", "error"]

    /// What other linters call them.
    private static let otherNames = [
        "warn": "warning", "err": "error", "fatal": "error", "critical": "error", "hint": "note", "notice": "note",
        "none": "off", "ignore": "off", "disable": "off", "disabled": "off", "never": "off", "false": "off",
        "no": "off",
    ]

    static let table = FieldTable<LintSettings>(
        "lint settings",
        "Which lint rules run, how bad their findings are, and what they compare with.",
        [
            .merging(
                FieldInfo(
                    "rules",
                    "The severity of each rule, or its severity and options.",
                    .map(.anyOf([.choice(levelNames), .map(.anyOf([.text(.any), .list(.text(.any))]))])),
                    "{}",
                    "{image-tag: error, slow-detection: {severity: warning, after: 10m}}"
                ),
                merge: { settings, node, decoder in
                    guard node.isMapping else {
                        decoder.wrongType(node, expected: "a map")
                        return
                    }
                    for pair in node.pairs {
                        settings.ranges[pair.key.text] = pair.key.range
                        settings.read(pair.value, of: pair.key.text, &decoder)
                    }
                },
                reset: { $0 = LintSettings() }
            ),
            .value(
                FieldInfo(
                    "baseline",
                    "The file of findings that are known, which lint counts and does not tell; see docs/lint.md.",
                    .text(.path),
                    nil,
                    "lint-baseline.txt"
                ),
                { node, decoder in decoder.text(node, .path).map { (path: $0, range: node.smallRange) } },
                {
                    $0.baseline = $1?.path
                    $0.baselineRange = $1?.range
                }
            ),
        ]
    )

    private mutating func read(_ value: YAMLNode, of rule: String, _ decoder: inout ManifestDecoder) {
        guard value.isMapping else {
            readLevel(value, of: rule, &decoder)
            return
        }
        for pair in value.pairs {
            let name = pair.key.text
            if name == "severity" {
                readLevel(pair.value, of: rule, &decoder)
            } else if let values = pair.value.isSequence
                ? decoder.texts(pair.value) : decoder.text(pair.value).map({ [$0] })
            {
                let option = Option(
                    name: name,
                    values: values,
                    nameRange: pair.key.range,
                    valueRange: pair.value.smallRange
                )
                options[rule, default: []].append(option)
            }
        }
    }

    private mutating func readLevel(_ value: YAMLNode, of rule: String, _ decoder: inout ManifestDecoder) {
        guard let level = decoder.text(value) else { return }
        if Self.levelNames.contains(level) {
            levels[rule] = level == "info" ? "note" : level
        } else {
            let near = Self.otherNames[level.lowercased()] ?? Suggestion.nearest(level, in: Self.levelNames)
            decoder.report(
                .unknownValue,
                "the severity of the rule `\(ManifestDecoder.shortened(rule))` cannot be"
                    + " `\(ManifestDecoder.shortened(level))`",
                at: value.smallRange,
                notes: ["allowed: " + Self.levelNames.joined(separator: ", ")],
                help: near.map { ["did you mean `\($0)`?"] } ?? []
            )
        }
    }
}
