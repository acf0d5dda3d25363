import ArgumentParser
import Glibc
import SourceDiagnostics

extension ReportFormat: ExpressibleByArgument {}

/// What `lint` looks at, as typed.
struct LintInputs: ParsableArguments {
    @OptionGroup var manifests: PatternPaths

    @Option(
        help: ArgumentHelp(
            "The file that standard input is; needs the argument -.",
            discussion: "Its name is shown, and its relative paths begin beside it.",
            valueName: "path"
        )
    )
    var stdinFilename: String?

    @Option(
        help: ArgumentHelp(
            "Tell only what concerns files that differ from this revision, new ones included.",
            discussion: "What refers to them counts, too; all is read, so that references are found.",
            valueName: "rev"
        )
    )
    var changedSince: String?

    @Option(
        help: ArgumentHelp("Run these rules and groups of rules alone; may be given again.", valueName: "rule,…")
    )
    var only: [String] = []

    @Option(help: ArgumentHelp("Leave out these rules and groups of rules; may be given again.", valueName: "rule,…"))
    var skip: [String] = []
}

/// How `lint` tells what it finds, and when that fails, as typed.
struct LintReporting: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How to print; text unless it is given.",
            discussion: "short is one line each; github is for the log of a workflow."
        )
    )
    var format: ReportFormat?

    @Option(
        help: ArgumentHelp(
            "Write a report into a file as well; may be given again.",
            discussion: "The file - is standard output.",
            valueName: "format=file"
        ),
        transform: ReportDestination.init(typed:)
    )
    var output: [ReportDestination] = []

    @Option(help: ArgumentHelp("How bad a finding has to be to fail; error unless it is given.", valueName: "level"))
    var failOn: FailureLevel?

    @Option(help: ArgumentHelp("Fail also with more warnings than this.", valueName: "n"))
    var maxWarnings: Int?

    @Option(
        help: ArgumentHelp(
            "How many errors, and how many warnings, the text shows before it counts the rest; 0: all.",
            valueName: "n"
        )
    )
    var limit = 50

    @Flag(help: "Count warnings as findings, as --fail-on warning does.")
    var strict = false

    @Option(
        help: ArgumentHelp(
            "The file of findings that are known; they are counted and not told.",
            discussion: "Default: what the project file names.",
            valueName: "file"
        ),
        completion: .file()
    )
    var baseline: String?

    @Flag(help: "Tell also what the baseline of the project file knows.")
    var noBaseline = false

    @Option(
        help: ArgumentHelp(
            "Write what is found now into a baseline, and fail only for what it cannot hold.",
            valueName: "file"
        ),
        completion: .file()
    )
    var writeBaseline: String?

    @Flag(help: "List what is suppressed or known in sarif and junit, marked as such.")
    var reportSuppressed = false

    func validate() throws {
        if strict, failOn != nil { throw ValidationError("--strict and --fail-on exclude each other.") }
        if baseline != nil, writeBaseline != nil {
            throw ValidationError("--baseline and --write-baseline exclude each other: the second writes anew.")
        }
        for (name, path) in [("--baseline", baseline), ("--write-baseline", writeBaseline)] {
            if path == "" { throw ValidationError("\(name) names no file: see that its variable is set.") }
        }
        if writeBaseline == "-" {
            throw ValidationError("--write-baseline takes a file; standard output is /dev/stdout.")
        }
        if baseline != nil, noBaseline { throw ValidationError("--baseline and --no-baseline exclude each other.") }
        if let maxWarnings, maxWarnings < 0 { throw ValidationError("--max-warnings must be at least 0.") }
        if limit < 0 { throw ValidationError("--limit must be at least 0.") }
        var names = Set<String>()
        for destination in output where !names.insert(destination.path).inserted {
            throw ValidationError(
                destination.path == "-"
                    ? "--output gives standard output two reports."
                    : "--output names \(Escaping.visible(destination.path)) twice."
            )
        }
        if format != nil, names.contains("-") {
            throw ValidationError("--format and --output give standard output two reports.")
        }
    }

    /// How bad a finding has to be to fail; nil: none does.
    var failsFrom: Severity? {
        switch failOn ?? (strict ? .warning : .error) {
        case .error: .error
        case .warning: .warning
        case .note: .note
        case .never: nil
        }
    }
}

/// `FORMAT=FILE`.
struct ReportDestination: Hashable {
    var format: ReportFormat
    var path: String

    init(typed argument: String) throws {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let formats = ReportFormat.allCases.map(\.rawValue)
        let list = "formats: " + formats.joined(separator: ", ")
        let word = String(parts[0])
        guard let format = ReportFormat(rawValue: word) else {
            let near = Suggestion.nearest(word, in: formats).map { "did you mean '\($0)'? " } ?? ""
            throw ValidationError("there is no format '\(Escaping.visible(word))'; \(near)\(list)")
        }
        guard parts.count > 1, !parts[1].isEmpty else {
            throw ValidationError("it names no file; write \(word)=FILE, or \(word)=- for standard output")
        }
        self.format = format
        path = String(parts[1])
        // The same stream under another name: two reports in it would be none.
        if ReportFile.openDescriptor(path) == STDOUT_FILENO { path = "-" }
    }
}

/// How bad a finding has to be to fail a run.
enum FailureLevel: String, ExpressibleByArgument, CaseIterable {
    case error
    case warning
    case note
    case never

    init?(argument: String) {
        // What is a note here is called so by many other tools.
        self.init(rawValue: argument == "info" ? "note" : argument)
    }
}
