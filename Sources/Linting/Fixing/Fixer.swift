import ResourceModel
import SourceDiagnostics

/// What compiling and linting gave, as far as fixes are concerned.
package struct FixCheck: Sendable {
    package var sources: SourceMap
    package var diagnostics: [Diagnostic]
    /// The desired state; nil when there are errors.
    package var graph: ResourceGraph?

    package init(sources: SourceMap, diagnostics: [Diagnostic], graph: ResourceGraph?) {
        self.sources = sources
        self.diagnostics = diagnostics
        self.graph = graph
    }
}

/// A fix that was not made, or was taken back.
package struct RefusedFix: Sendable, Hashable {
    package var diagnostic: Diagnostic
    package var reason: String
    /// `file:line:column`, as people read it.
    package var place: String?
}

/// What fixing came to.
package struct FixOutcome: Sendable {
    package var files: [FixedFile]
    /// How many fixes were made.
    package var count: Int
    /// With places in the sources as they were before.
    package var refused: [RefusedFix]
}

/// Makes the fixes of diagnostics, in memory, until nothing is left to fix.
///
/// In each round all fixes are made that do not meet; then everything is checked anew. In the end nothing may be wrong
/// that was not before. If something is, the fixes are made again one by one, and each that brings a fault is taken back.
package struct Fixer: Sendable {
    private let files: EditedFiles
    private let allowsUnsafe: Bool
    private let check: @Sendable () async throws -> FixCheck
    /// Fixes that bring each other about for ever end here.
    private static let mostRounds = 30
    private static let mostTrials = 1000

    /// - Parameter check: Compiles and lints what `files` gives.
    package init(
        files: EditedFiles,
        allowsUnsafe: Bool,
        check: @escaping @Sendable () async throws -> FixCheck
    ) {
        self.files = files
        self.allowsUnsafe = allowsUnsafe
        self.check = check
    }

    /// Fixes what can be fixed; nothing is written.
    package func run() async throws -> FixOutcome {
        let before = try await check()
        let start = files.edits
        let refused = round(before).refused
        let all = try await settled(before) { _ in true }
        if all.isDone, isBetter(all.check, than: before) {
            return FixOutcome(files: files.changed(), count: all.count, refused: refused)
        }
        files.edits = start
        return try await oneByOne(from: before, refused)
    }

    private func oneByOne(from before: FixCheck, _ refused: [RefusedFix]) async throws -> FixOutcome {
        var trials = Trials(state: before)
        // What could not be made before another fix may be possible behind it.
        repeat { try await tryAll(&trials) } while trials.isWorthAnother && trials.done < Self.mostTrials
        return FixOutcome(files: files.changed(), count: trials.count, refused: refused + trials.refused)
    }

    /// What making fixes one by one came to so far.
    private struct Trials {
        var state: FixCheck
        /// How many fixes were made.
        var count = 0
        /// How many were tried.
        var done = 0
        /// Those that the last pass took back.
        var refused: [RefusedFix] = []
        /// Whether the last pass made any behind one that it took back.
        var isWorthAnother = false
    }

    /// Tries each fix there is once.
    private func tryAll(_ trials: inout Trials) async throws {
        (trials.refused, trials.isWorthAnother) = ([], false)
        var given: Set<FixCandidate.Key> = []
        while trials.done < Self.mostTrials {
            let candidates = round(trials.state).candidates
            guard let next = candidates.first(where: { !given.contains($0.key) }) else { return }
            trials.done += 1
            let start = files.edits
            files.edits = FixRound.apply([next], to: start)
            // What follows from this fix alone belongs to it.
            let known = Set(candidates.map(\.key)).union(given)
            let trial = try await settled(try await check()) { !known.contains($0.key) }
            if trial.isDone, isBetter(trial.check, than: trials.state) {
                trials.state = trial.check
                trials.count += 1 + trial.count
                trials.isWorthAnother = !trials.refused.isEmpty
            } else {
                files.edits = start
                given.insert(next.key)
                trials.refused.append(complaint(next, trial.check, trials.state))
            }
        }
    }

    /// Makes fixes round by round until there are none, or too many rounds.
    private func settled(
        _ start: FixCheck,
        _ isWanted: (FixCandidate) -> Bool
    ) async throws -> (check: FixCheck, count: Int, isDone: Bool) {
        var state = start
        var count = 0
        for _ in 0..<Self.mostRounds {
            let chosen = FixRound.compatible(round(state).candidates.filter(isWanted))
            if chosen.isEmpty { return (state, count, true) }
            files.edits = FixRound.apply(chosen, to: files.edits)
            count += chosen.count
            state = try await check()
        }
        return (state, count, false)
    }

    private func round(_ check: FixCheck) -> FixRound {
        FixRound(check, files: files, allowsUnsafe: allowsUnsafe)
    }

    /// Whether nothing is wrong that was not before, and safe fixes kept the desired state as it was.
    ///
    /// Errors hide other findings: where one was mended, warnings that come to light are not the fix's doing.
    private func isBetter(_ after: FixCheck, than before: FixCheck) -> Bool {
        if !allowsUnsafe, let graph = before.graph, after.graph != graph { return false }
        return firstNew(after, before) == nil
    }

    private func firstNew(_ after: FixCheck, _ before: FixCheck) -> Diagnostic? {
        let isMended =
            after.diagnostics.count { $0.severity == .error } < before.diagnostics.count { $0.severity == .error }
        var left: [Diagnostic.Identity: Int] = [:]
        for diagnostic in before.diagnostics { left[diagnostic.identity, default: 0] += 1 }
        for diagnostic in after.diagnostics {
            let count = left[diagnostic.identity] ?? 0
            if count <= 0, diagnostic.severity == .error || !isMended { return diagnostic }
            left[diagnostic.identity] = count - 1
        }
        return nil
    }

    private func complaint(_ fix: FixCandidate, _ after: FixCheck, _ before: FixCheck) -> RefusedFix {
        let found = before.diagnostics.first { $0.code.id == fix.key.code && $0.primary?.range == fix.place }
        let reason =
            firstNew(after, before).map { "taken back, since it leads to: \($0.message)" }
            ?? "taken back, since it changes what is desired"
        let diagnostic =
            found ?? Diagnostic(DiagnosticCode(fix.key.code, "", "", remedy: ""), fix.key.message, at: nil as Label?)
        let place = fix.place.flatMap { before.sources.place(of: $0) }
        return RefusedFix(diagnostic: diagnostic, reason: reason, place: place)
    }
}

extension Diagnostic {
    /// What two findings of the same thing share while the text around them changes.
    fileprivate struct Identity: Hashable {
        var code: DiagnosticCode
        var message: String
    }

    fileprivate var identity: Identity { Identity(code: code, message: message) }
}
