import ArgumentParser
import Linting
import Manifests
import SourceDiagnostics
import YAMLDocuments

/// Lays manifests out in one way: `orchplan fmt`.
struct FmtCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt",
        abstract: "Lay manifests out in one way; what they say stays the same.",
        discussion: """
            Changes white space and quotes alone: comments, order, lists in brackets and blocks of text stay.
            Exit status: 0 done, 1 with --check: some files would change, 2 a file could not be laid out.

              orchplan fmt
              orchplan fmt --check --diff manifests/
              orchplan fmt 'services/**/*.yaml'
            """
    )
    static let failureCode = ExitStatus.couldNotRun
    static let adoptsNamed = true

    @OptionGroup var manifests: PatternPaths

    @Flag(help: "Write nothing; list the files that would change.")
    var check = false

    @Flag(help: "Write nothing; print the changes as a diff.")
    var diff = false

    @OptionGroup var project: ProjectOptions

    var manifestPaths: [String] { manifests.paths }

    func run(in workspace: Workspace) async throws -> Int32 {
        let found = try workspace.filesToLayOut(manifests, project)
        if !check, !diff { Leftovers.clear(beside: found.entries.map(\.path)) }
        var faults = found.diagnostics
        var sources = SourceMap()
        var changed = 0
        var failed = 0
        for entry in found.entries {
            guard let file = read(entry, workspace, &faults) else { continue }
            switch LayoutFormatter.format(file) {
            case .unchanged: if entry.isStandardInput { show(file, file.asBytes, entry, workspace) }
            case .changed(let bytes):
                let fixed = FixedFile(path: entry.path, shownAs: entry.shownAs, before: file.asBytes, after: bytes)
                if check || diff || entry.isStandardInput {
                    show(file, bytes, entry, workspace)
                } else if workspace.write(fixed) {
                    workspace.tell("wrote \(entry.shownAs)")
                } else {
                    failed += 1
                    continue
                }
                changed += 1
            case .refused(let reason):
                failed += 1
                workspace.tell("\(entry.shownAs) was left as it is: \(reason)")
            case .unreadable:
                let id = sources.add(file)
                faults += YAMLReader.read(file: file, id: id).diagnostics.filter { $0.severity == .error }
                failed += 1
            }
        }
        if !faults.isEmpty {
            let checked = CheckedManifests(
                graph: nil,
                sources: sources,
                diagnostics: faults,
                fileCount: found.entries.count
            )
            workspace.report(checked, to: workspace.errors, .errors)
        }
        workspace.tell(summary(found.entries.count, changed))
        if failed > 0 || !faults.isEmpty { return ExitStatus.couldNotRun }
        return check && changed > 0 ? ExitStatus.findings : 0
    }

    private func read(_ entry: ManifestList.Entry, _ workspace: Workspace, _ faults: inout [Diagnostic]) -> SourceFile?
    {
        let files = DiskFiles()
        let limit = ParseLimits.standard.fileBytes
        do throws(FileProblem) {
            return entry.isStandardInput
                ? try files.readStandardInput(limit: limit)
                : try files.read(entry.path, shownAs: entry.shownAs, limit: limit)
        } catch {
            let message = "`\(entry.shownAs)` cannot be read: \(error.text)"
            faults.append(Diagnostic(.unreadable, message, at: nil as Label?))
            return nil
        }
    }

    /// Prints a file's changes, its name, or for standard input the text itself.
    private func show(_ file: SourceFile, _ bytes: [UInt8], _ entry: ManifestList.Entry, _ workspace: Workspace) {
        if diff {
            workspace.printDiff(entry.shownAs, file.asBytes, bytes)
        } else if check {
            if file.asBytes != bytes { workspace.output.write(Escaping.visible(entry.shownAs) + "\n") }
        } else {
            workspace.output.write(bytes)
        }
    }

    private func summary(_ count: Int, _ changed: Int) -> String {
        let isDry = check || diff
        let files = Words.count(count, "file")
        if changed == 0 { return "\(files), nothing to change" }
        return "\(files), \(changed) \(isDry ? "would change" : "changed")"
    }
}

extension Workspace {
    /// The files that the arguments name, by the same rules as `lint` reads them.
    fileprivate func filesToLayOut(_ given: PatternPaths, _ project: ProjectOptions) throws -> ManifestList {
        let top = ignoringBelow(project.base, noIgnore: given.noIgnore)
        let files = LintFiles(ignoringBelow: top, standardInput: nil)
        var settings = settings
        if settings.manifestsAreGiven {
            settings.manifests = try GivenPaths(files: files).expanded(settings.manifests)
        }
        let found = ManifestList.find(settings, workingDirectory: WorkingDirectory.current(), files: files)
        tellIgnored(files.leftOut)
        return found
    }
}
