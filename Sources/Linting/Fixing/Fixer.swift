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
    /// Whether a second run would make it.
    package var isHeldBack = false
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
/// First texts become YAML, so that all of them can be read, then the rest is mended. In each round all fixes are made
/// that do not meet; then everything is checked anew. In the end nothing may be wrong that was not before. If something
/// is, the fixes are made again one by one, and each that brings a fault is taken back.
package struct Fixer: Sendable {
    private let files: EditedFiles
    private let allowsUnsafe: Bool
    private let check: @Sendable () async throws -> FixCheck
    /// Fixes that bring each other about for ever end here.
    private static let mostRounds = 30
    private static let mostTrials = 1000
    private static let mostPasses = 5

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
        var progress = Progress(state: try await check())
        let refused = round(progress.state).refused
        var left: (syntax: [RefusedFix], others: [RefusedFix]) = ([], [])
        for _ in 0..<Self.mostPasses {
            left.syntax = try await make(&progress) { $0.isOfSyntax }
            let count = progress.count
            left.others = try await make(&progress) { !$0.isOfSyntax }
            if left.syntax.isEmpty || progress.count == count { break }
        }
        return FixOutcome(
            files: files.changed(),
            count: progress.count,
            refused: refused + left.syntax + left.others + heldBack(progress)
        )
    }

    /// How far a run has come.
    private struct Progress {
        var state: FixCheck
        /// How many fixes were made.
        var count = 0
        /// How many were tried one by one.
        var trials = 0
        var written = WrittenValues()
    }

    /// Makes all fixes of one sort; gives those that were taken back.
    private func make(_ progress: inout Progress, _ isWanted: (FixCandidate) -> Bool) async throws -> [RefusedFix] {
        let start = files.edits
        let all = try await settled(progress, isWanted)
        if all.isDone, isBetter(all.progress.state, than: progress.state) {
            progress = all.progress
            return []
        }
        files.edits = start
        // What could not be made before another fix may be possible behind it.
        var last: (refused: [RefusedFix], isWorthAnother: Bool)
        repeat {
            last = try await tryAll(&progress, isWanted)
        } while last.isWorthAnother && progress.trials < Self.mostTrials
        return last.refused
    }

    /// Tries each fix there is once; gives those that were taken back, and whether any was made behind one of them.
    private func tryAll(
        _ progress: inout Progress,
        _ isWanted: (FixCandidate) -> Bool
    ) async throws -> (refused: [RefusedFix], isWorthAnother: Bool) {
        var refused: [RefusedFix] = []
        var isWorthAnother = false
        var given: Set<FixCandidate.Key> = []
        while progress.trials < Self.mostTrials {
            let candidates = possible(progress).filter(isWanted)
            guard let next = candidates.first(where: { !given.contains($0.key) }) else { break }
            progress.trials += 1
            let start = files.edits
            var trial = progress
            try await apply([next], &trial)
            // What follows from this fix alone belongs to it.
            let known = Set(candidates.map(\.key)).union(given)
            let end = try await settled(trial) { isWanted($0) && !known.contains($0.key) }
            if end.isDone, isBetter(end.progress.state, than: progress.state) {
                progress = end.progress
                isWorthAnother = !refused.isEmpty
            } else {
                files.edits = start
                given.insert(next.key)
                refused.append(complaint(next, end.progress.state, progress.state))
            }
        }
        return (refused, isWorthAnother)
    }

    /// Makes fixes round by round until there are none, or too many rounds.
    private func settled(
        _ start: Progress,
        _ isWanted: (FixCandidate) -> Bool
    ) async throws -> (progress: Progress, isDone: Bool) {
        var progress = start
        for _ in 0..<Self.mostRounds {
            let chosen = FixRound.compatible(possible(progress).filter(isWanted))
            if chosen.isEmpty { return (progress, true) }
            try await apply(chosen, &progress)
        }
        return (progress, false)
    }

    private func apply(_ fixes: [FixCandidate], _ progress: inout Progress) async throws {
        files.edits = FixRound.apply(fixes, to: files.edits)
        progress.written.follow(fixes)
        progress.count += fixes.count
        progress.state = try await check()
    }

    private func round(_ check: FixCheck) -> FixRound {
        FixRound(check, files: files, allowsUnsafe: allowsUnsafe)
    }

    private func possible(_ progress: Progress) -> [FixCandidate] {
        round(progress.state).candidates.filter { !progress.written.isOverwritten(by: $0) }
    }

    /// Whether nothing is wrong that was not before, and safe fixes kept the desired state as it was.
    private func isBetter(_ after: FixCheck, than before: FixCheck) -> Bool {
        if !allowsUnsafe, let graph = before.graph, after.graph != graph { return false }
        return after.firstNew(since: before) == nil
    }

    private func complaint(_ fix: FixCandidate, _ after: FixCheck, _ before: FixCheck) -> RefusedFix {
        let reason =
            after.firstNew(since: before).map { "taken back, since it leads to: \($0.message)" }
            ?? "taken back, since it changes what is desired"
        return refusal(of: fix, reason, before)
    }

    private func heldBack(_ progress: Progress) -> [RefusedFix] {
        round(progress.state).candidates.filter { progress.written.isOverwritten(by: $0) }
            .map { fix in
                var refused = refusal(
                    of: fix,
                    "a fix of this run has just written that; fix again to have it",
                    progress.state
                )
                refused.isHeldBack = true
                return refused
            }
    }

    private func refusal(of fix: FixCandidate, _ reason: String, _ state: FixCheck) -> RefusedFix {
        let found = state.diagnostics.first { $0.code.id == fix.key.code && $0.primary?.range == fix.place }
        let diagnostic =
            found ?? Diagnostic(DiagnosticCode(fix.key.code, "", "", remedy: ""), fix.key.message, at: nil as Label?)
        let place = fix.place.flatMap { state.sources.place(of: $0) }
        return RefusedFix(diagnostic: diagnostic, reason: reason, place: place)
    }
}
