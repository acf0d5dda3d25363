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
    /// With places in the texts as they are then.
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
    private static let mostTrials = 400
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
        for _ in 0..<Self.mostPasses {
            try await make(&progress) { $0.isOfSyntax }
            let count = progress.count
            let isReadable = !progress.refusals.keys.contains(where: \.isOfSyntax)
            try await make(&progress) { !$0.isOfSyntax }
            if isReadable || progress.count == count { break }
        }
        return FixOutcome(
            files: files.changed(),
            count: progress.count,
            refused: round(progress.state).refused + leftAlone(progress)
        )
    }

    /// How far a run has come.
    private struct Progress {
        var state: FixCheck
        /// How many fixes were made.
        var count = 0
        /// How often some fixes were tried apart from the others.
        var trials = 0
        var written = WrittenValues()
        /// What was taken back, with places in the texts of `state`.
        var refusals = FixPlaces()
        /// What had new faults on its lines when it was made with others.
        var suspects = FixPlaces()
    }

    /// Makes all fixes of one sort, but for those that have to be taken back.
    private func make(_ progress: inout Progress, _ isWanted: (FixCandidate.Key) -> Bool) async throws {
        let start = files.edits
        progress.refusals.forget(isWanted)
        let all = try await settled(progress) { isWanted($0.key) }
        if all.isDone, isBetter(all.progress.state, than: progress.state) {
            progress = all.progress
            return
        }
        files.edits = start
        // What could not be made before another fix may be possible behind it.
        var isWorthAnother: Bool
        repeat {
            progress.refusals.forget(isWanted)
            isWorthAnother = try await tryAll(&progress, isWanted)
        } while isWorthAnother && progress.trials < Self.mostTrials
    }

    /// Tries all fixes there are, many at once as long as that goes well and fewer where it does not, until those that
    /// have to be taken back stand alone; gives whether any was made behind one of them.
    private func tryAll(
        _ progress: inout Progress,
        _ isWanted: (FixCandidate.Key) -> Bool
    ) async throws -> Bool {
        var size = Int.max
        var isWorthAnother = false
        while progress.trials < Self.mostTrials {
            let candidates = possible(progress).filter { isWanted($0.key) && progress.refusals[$0] == nil }
            // All at once is known to go wrong.
            if size == .max { size = candidates.count / 2 }
            let likely = candidates.filter { progress.suspects[$0] == nil }
            let chosen = FixRound.compatible(
                Array((likely.isEmpty ? candidates : likely).prefix(max(1, size)))
            )
            guard let first = chosen.first else { break }
            progress.trials += 1
            let start = files.edits
            var trial = progress
            try await apply(chosen, &trial)
            // What follows from these fixes alone belongs to them.
            let known = Set(candidates.map(\.key)).union(progress.refusals.keys)
            let end = try await settled(trial) { isWanted($0.key) && !known.contains($0.key) }
            if end.isDone, isBetter(end.progress.state, than: progress.state) {
                progress = end.progress
                isWorthAnother = isWorthAnother || progress.refusals.keys.contains(where: isWanted)
                size = chosen.count * 2
                continue
            }
            files.edits = start
            if chosen.count == 1 {
                progress.refusals[first] = complaint(end.progress.state, progress.state)
            } else {
                suspect(chosen, end.progress.state, &progress)
                size = chosen.count / 2
            }
        }
        return isWorthAnother
    }

    /// Puts fixes behind the others on whose lines something new was found wrong.
    private func suspect(_ fixes: [FixCandidate], _ after: FixCheck, _ progress: inout Progress) {
        let places = Set(
            after.new(since: progress.state).compactMap { $0.primary.flatMap { after.line(of: $0.range) } }
        )
        for fix in fixes where fix.place.flatMap({ progress.state.line(of: $0) }).map(places.contains) ?? false {
            progress.suspects[fix] = "suspected"
        }
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
        progress.refusals.follow(fixes)
        progress.suspects.follow(fixes)
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

    private func complaint(_ after: FixCheck, _ before: FixCheck) -> String {
        after.firstNew(since: before).map { "taken back, since it leads to: \($0.message)" }
            ?? "taken back, since it changes what is desired"
    }

    /// The fixes that could be made and were not, with the reasons and their places in the texts as they are now.
    private func leftAlone(_ progress: Progress) -> [RefusedFix] {
        round(progress.state).candidates
            .map { fix in
                var refused = RefusedFix(
                    diagnostic: diagnostic(of: fix, progress.state),
                    reason: "too many others had to be taken back; fix again to have it tried",
                    place: fix.place.flatMap { progress.state.sources.place(of: $0) },
                    isHeldBack: true
                )
                if let reason = progress.refusals[fix] {
                    (refused.reason, refused.isHeldBack) = (reason, false)
                } else if progress.written.isOverwritten(by: fix) {
                    refused.reason = "a fix of this run has just written that; fix again to have it"
                }
                return refused
            }
    }

    private func diagnostic(of fix: FixCandidate, _ state: FixCheck) -> Diagnostic {
        state.diagnostics.first { $0.code.id == fix.key.code && $0.primary?.range == fix.place }
            ?? Diagnostic(DiagnosticCode(fix.key.code, "", "", remedy: ""), fix.key.message, at: nil as Label?)
    }
}
