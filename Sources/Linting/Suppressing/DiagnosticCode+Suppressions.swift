import SourceDiagnostics

extension DiagnosticCode {
    static let unusedSuppression = DiagnosticCode(
        "OP5901",
        "unused-suppression",
        "A comment silences a rule that has nothing to say there.",
        remedy: "Remove the comment: it would hide the next fault of that kind."
    )
    static let suppressionWithoutReason = DiagnosticCode(
        "OP5902",
        "suppression-without-reason",
        "A comment silences a rule and does not say why.",
        remedy: "Write the reason behind the names of the rules: # orchplan: ignore=RULE because of this."
    )
    static let unknownSuppression = DiagnosticCode(
        "OP5903",
        "unknown-suppression",
        "A comment to orchplan names no rule that could be silenced, or is not understood.",
        remedy:
            "Write # orchplan: ignore=RULE reason, or ignore-file=RULE; warnings of the compiler can be named too, its errors cannot be silenced."
    )

    /// The codes of what is said about comments that silence rules, and about baselines.
    static let suppressionCodes = [unusedSuppression, suppressionWithoutReason, unknownSuppression, staleBaseline]
}
