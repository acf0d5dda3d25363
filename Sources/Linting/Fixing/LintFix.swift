import Manifests
import SourceDiagnostics

/// How the manifest of a finding's resource is to change, so that the rule has nothing more to say.
///
/// Rules see no text: they name fields, and the place of each is found when the finding is shown.
package struct LintFix: Sendable, Hashable {
    package var changes: [FieldChange]
    package var applicability: Applicability

    /// A mend that a person has to ask for, as nearly all are: it changes what runs.
    static func unsafe(_ changes: FieldChange...) -> LintFix {
        LintFix(changes: changes, applicability: .unsafe)
    }

    /// Writes a field.
    static func set(_ path: String, _ text: String) -> LintFix { unsafe(.set(path, text)) }

    /// Removes a field.
    static func remove(_ path: String) -> LintFix { unsafe(.remove(path)) }
}

extension LintFix {
    /// The text as a scalar in quotes; nil for what would need escapes.
    static func quoted(_ text: String) -> String? {
        guard !text.contains(where: { $0.isNewline || $0 == "\t" }),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
        else { return nil }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    /// Writes what a service waits for of another one.
    static func condition(_ word: String, ofDependency index: Int, on service: String) -> LintFix {
        unsafe(
            .write(
                "condition",
                word,
                of: "dependsOn[\(index)]",
                short: .whole("{service: \(service), condition: \(word)}")
            )
        )
    }
}
