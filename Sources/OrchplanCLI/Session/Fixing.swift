import Linting
import Manifests
import SourceDiagnostics

extension Workspace {
    /// Mends manifests, and gives what is left to say about them.
    ///
    /// The files are written, or with `diff` the changes printed; standard input goes to standard output. Where that is
    /// taken, what is left belongs on standard error.
    func fixed(_ options: FixOptions, _ request: LintRequest) async throws -> LintResult {
        let files = EditedFiles()
        let fixer = Fixer(files: files, allowsUnsafe: options.unsafe) {
            let checked = try await lint(request, reading: files).checked
            return FixCheck(sources: checked.sources, diagnostics: checked.diagnostics, graph: checked.graph)
        }
        let outcome = try await fixer.run()
        if !options.diff { Leftovers.clear(beside: files.readPaths) }
        tell(outcome.refused)
        var unwritten = 0
        for file in outcome.files {
            if options.diff {
                printDiff(file.shownAs, file.before, file.after)
            } else if file.path != EditedFiles.standardInput, !write(file) {
                // What is left is told of the files as they are, also of one that could not be mended.
                files.revert(file.path)
                unwritten += 1
            }
        }
        if settings.manifests.contains(EditedFiles.standardInput), !options.diff {
            // Unchanged text is a result, too: the reader gets a whole manifest in any case.
            output.write(try files.readStandardInput(limit: .max).asBytes)
        }
        var left = try await lint(request, reading: files)
        left.unwritten = unwritten
        tellCounts(outcome, options, unwritten: unwritten)
        return left
    }

    private func tell(_ refused: [RefusedFix]) {
        for fix in refused {
            let place = fix.place.map { "\($0): " } ?? ""
            tell("\(place)left alone: \(fix.diagnostic.message) (\(fix.reason))")
        }
    }

    private func tellCounts(_ outcome: FixOutcome, _ options: FixOptions, unwritten: Int) {
        let count = Words.count(outcome.count, "fix", "fixes")
        let none = outcome.refused.isEmpty ? "nothing to fix" : "no fix was made"
        let files = Words.count(outcome.files.count, "file")
        if unwritten > 0 {
            let written = outcome.files.count - unwritten
            tell(written == 0 ? "no fix was made" : "made fixes in \(written) of \(files)")
        } else if options.diff {
            tell(outcome.count == 0 ? none : "\(count) in \(files), not written")
        } else {
            tell(outcome.count == 0 ? none : "made \(count) in \(files)")
        }
    }

    /// Says how many of the findings could be mended, and by which options.
    func tellFixes(_ checked: CheckedManifests, _ further: FurtherFindings, _ options: FixOptions) {
        guard !options.unsafe else { return }
        let kinds = checked.diagnostics.compactMap { $0.fixes.first?.applicability }
        let safe = options.fix ? 0 : kinds.count { $0 == .safe } + further.fixes.safe
        let unsafe = kinds.count { $0 == .unsafe } + further.fixes.unsafe
        let limit = further.fixes.all == 0 ? "" : "up to "
        let parts =
            (safe > 0 ? ["\(Words.count(safe, "fix", "fixes")) with --fix"] : [])
            + (unsafe > 0
                ? ["\(Words.count(unsafe, safe > 0 ? "more" : "fix", safe > 0 ? "more" : "fixes")) with --fix --unsafe"]
                : [])
        if !parts.isEmpty { tell(limit + parts.joined(separator: ", ") + "; --diff shows them first") }
    }

    /// Prints what changes in a file on standard output.
    func printDiff(_ shownAs: String, _ before: [UInt8], _ after: [UInt8]) {
        let style = Style(isColoured: terminal.format(.output).isColoured)
        output.write(UnifiedDiff(path: shownAs, before: before, after: after).render(style))
    }

    /// Writes a file anew; false, and a message, where it cannot be: the others go on.
    func write(_ file: FixedFile) -> Bool {
        do throws(ReplacementError) {
            try FileReplacement(path: file.path, before: file.before, after: file.after).run()
            return true
        } catch {
            let view = ErrorView("\(Escaping.visible(file.shownAs)) was not written: \(error.text)", help: error.help)
            errors.write(view.text(terminal.format(.errors)))
            return false
        }
    }
}

extension SourceFile {
    var asBytes: [UInt8] { Array(bytes) }
}
