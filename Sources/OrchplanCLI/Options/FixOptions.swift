import ArgumentParser

/// Whether `lint` mends what it finds, as typed.
struct FixOptions: ParsableArguments {
    @Flag(help: "Mend what can be mended without a change of any value, in the files themselves.")
    var fix = false

    @Flag(help: "With --fix: also mend what changes meaning, such as a mistyped field.")
    var unsafe = false

    @Flag(help: "With --fix: print the changes as a diff, and write nothing.")
    var diff = false

    /// Where findings go: a diff or a mended text has standard output for itself.
    func stream(manifests: [String]) -> TerminalEnvironment.Stream {
        fix && (diff || manifests.contains("-")) ? .errors : .output
    }

    func validate() throws {
        if unsafe, !fix { throw ValidationError("--unsafe needs --fix.") }
        if diff, !fix { throw ValidationError("--diff needs --fix.") }
    }
}
