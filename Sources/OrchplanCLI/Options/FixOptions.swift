import ArgumentParser

/// Whether `lint` mends what it finds, as typed.
struct FixOptions: ParsableArguments {
    @Flag(help: "Mend what can be mended without a change of any value, in the files themselves.")
    var fix = false

    @Flag(help: "With --fix: also mend what changes meaning, such as a mistyped field.")
    var unsafe = false

    @Flag(help: "With --fix: print the changes as a diff, and write nothing.")
    var diff = false

    func validate() throws {
        if unsafe, !fix { throw ValidationError("--unsafe needs --fix.") }
        if diff, !fix { throw ValidationError("--diff needs --fix.") }
    }
}
