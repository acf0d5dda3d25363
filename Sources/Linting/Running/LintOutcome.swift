import SourceDiagnostics

/// What the rules found, apart by whether a comment silences it.
package struct LintOutcome: Sendable, Hashable {
    package var findings: [Diagnostic]
    package var silenced: [SilencedFinding] = []
    /// What was counted and not told at length.
    package var further = FurtherFindings()
}

/// A finding that a comment in the manifest silences.
package struct SilencedFinding: Sendable, Hashable {
    package var diagnostic: Diagnostic
    /// What the comment says behind the names of the rules; empty when it says nothing.
    package var reason: String
}
