import SourceDiagnostics
import YAMLDocuments

/// A project file that was found and read.
package struct LoadedProject: Sendable {
    package var project: ProjectFile
    /// The directory of the file, absolute.
    package var directory: String
    /// The file, absolute.
    package var path: String
    package var sources: SourceMap
    package var diagnostics: [Diagnostic]
    /// The fields at the top that have a fault below them.
    package var faulty: Set<String> = []
    /// Whether what is at fault leaves open which driver it is.
    ///
    /// An unknown field may be a mistyped `driver`, unless that stands there as well.
    package var isUnsure: Bool {
        guard diagnostics.hasErrors, !faulty.isEmpty else { return diagnostics.hasErrors }
        let sound: Set = ["project", "manifests", "state", "variables", "lint", "policy"]
        return project.driver == nil
            ? !faulty.isSubset(of: sound) : !faulty.isDisjoint(with: ["driver", "environments"])
    }

    package static let fileName = "orchplan.yaml"

    /// Looks for `orchplan.yaml` in a directory and those above it, and reads the first one.
    ///
    /// One that is no regular file is a fault, never passed over: what is above it belongs to another project.
    ///
    /// - Parameter base: What the path that is shown is relative to, absolute; nil: the name alone is shown.
    package static func find(
        from directory: String,
        files: some ManifestFiles,
        shownFrom base: String? = nil
    ) -> LoadedProject? {
        var current = PathRules.normalised(directory)
        while true {
            let path = PathRules.joined(current, fileName)
            do throws(FileProblem) {
                if try files.status(path) != nil { return load(path, files: files, shownFrom: base) }
            } catch {
                // Directories above may be closed to this user; that says nothing about a file in them.
                if error != .notPermitted || current == PathRules.normalised(directory) {
                    return load(path, files: files, shownFrom: base)
                }
            }
            let parent = PathRules.parent(current)
            if parent == current { return nil }
            current = parent
        }
    }

    /// Reads one project file; one that cannot be read gives a diagnostic and no settings.
    ///
    /// - Parameter base: What the path that is shown is relative to, absolute; nil: the name alone is shown.
    package static func load(
        _ path: String,
        files: some ManifestFiles,
        shownFrom base: String? = nil
    ) -> LoadedProject {
        let directory = PathRules.parent(path)
        var loaded = LoadedProject(
            project: ProjectFile(),
            directory: directory,
            path: path,
            sources: SourceMap(),
            diagnostics: []
        )
        let file: SourceFile
        do throws(FileProblem) {
            let shownAs = base.map { PathRules.relative(path, to: $0) ?? path } ?? fileName
            file = try files.read(path, shownAs: shownAs, limit: 1 << 20)
        } catch {
            loaded.diagnostics = [
                Diagnostic(
                    error == .notRegular ? .notRegular : .unreadable,
                    "the project file `\(path)` cannot be read: \(error.text)",
                    at: nil as Label?
                )
            ]
            return loaded
        }
        let id = loaded.sources.add(file)
        let context = DecodingContext(variables: VariableResolver(), files: files, root: directory, capabilities: nil)
        var decoder = ManifestDecoder(context: context)
        decoder.file = file
        decoder.directory = directory
        var project = ProjectFile()
        var count = 0
        let result = YAMLReader.forEachDocument(file: file, id: id) { root, info in
            count += 1
            if root.isNothing { return }
            guard count == 1 else {
                decoder.report(.badProject, "a project file has one document", at: root.smallRange)
                return
            }
            guard root.isMapping else {
                let found = ManifestDecoder.describe(root)
                decoder.report(.badProject, "a project file is a map, not \(found)", at: root.smallRange)
                return
            }
            decoder.fields(of: root, ProjectFile.table, into: &project)
            loaded.faulty = Self.faulty(decoder.diagnostics, in: root)
        }
        decoder.withdraw(from: 0, because: result.diagnostics)
        if result.diagnostics.hasErrors { loaded.faulty = [] }
        loaded.project = project
        loaded.diagnostics = result.diagnostics + decoder.diagnostics
        return loaded
    }

    /// The fields of a map that errors are in; none, where one of them is in no field.
    private static func faulty(_ diagnostics: [Diagnostic], in root: YAMLNode) -> Set<String> {
        var names: Set<String> = []
        for diagnostic in diagnostics where diagnostic.severity == .error {
            let place = diagnostic.primary?.range.start ?? 0
            let field = Array(root.pairs).last { $0.key.range.start <= place }
            guard let field else { return [] }
            names.insert(field.key.text)
        }
        return names
    }
}
