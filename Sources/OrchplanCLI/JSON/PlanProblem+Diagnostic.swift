import Planning
import SourceDiagnostics

extension PlanProblem {
    /// The problem as it is told to programs: without a place, since nothing in a file is wrong by itself.
    var diagnostic: Diagnostic {
        Diagnostic(
            code.diagnosticCode,
            message,
            at: nil as Label?,
            notes: path.isEmpty ? [] : [path.map { "\($0)" }.joined(separator: " -> ")],
            help: help.map { [Help($0)] } ?? []
        )
    }
}

extension PlanProblem.Code {
    /// The code that the problem is told under.
    var diagnosticCode: DiagnosticCode {
        switch self {
        case .dependencyCycle:
            DiagnosticCode(
                "OP3201",
                "plan-cycle",
                "Resources need each other in a circle, so that none can come first.",
                remedy: "Take one of the dependencies away; the message shows the circle."
            )
        case .protected:
            DiagnosticCode(
                "OP3202",
                "protected",
                "A protected resource would have to be deleted or replaced.",
                remedy: "Leave the resource as it is, or take `protect` away in an apply of its own."
            )
        case .volumeReplaced:
            DiagnosticCode(
                "OP3203",
                "volume-replaced",
                "A volume would have to be replaced, and its data would be lost.",
                remedy: "Keep what the volume is made of, or allow it with --delete-volumes."
            )
        case .nothingDeclared:
            DiagnosticCode(
                "OP3204",
                "nothing-declared",
                "Nothing is declared, and something is recorded.",
                remedy:
                    "See that the manifests are where the project file says; `orchplan destroy` takes everything down."
            )
        case .unknownTarget:
            DiagnosticCode(
                "OP3205",
                "unknown-target",
                "A target is neither declared nor recorded.",
                remedy: "Name a resource that `orchplan graph` or `orchplan status` lists."
            )
        case .unsupported:
            DiagnosticCode(
                "OP3206",
                "unsupported-by-driver",
                "The driver has no resources of this kind, or no services of this mode.",
                remedy: "Take the resource away, or use a driver that has it."
            )
        case .unreadableRecord:
            DiagnosticCode(
                "OP3207",
                "unreadable-record",
                "A recorded resource cannot be read back.",
                remedy: "Use the version of orchplan that wrote the record, or a newer one."
            )
        }
    }

    /// All of them, for `explain`.
    static let diagnosticCodes: [DiagnosticCode] = [
        dependencyCycle, protected, volumeReplaced, nothingDeclared, unknownTarget, unsupported, unreadableRecord,
    ]
    .map(\.diagnosticCode)
}
