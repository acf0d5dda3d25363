import SourceDiagnostics
import YAMLDocuments

/// A policy file that was read.
///
/// With a fault in it there is no policy, and nothing may be applied: half a policy would allow what the other half forbids.
package struct LoadedPolicy: Sendable {
    package var policy: PolicyFile
    /// What the file is called in messages.
    package var name: String
    package var sources: SourceMap
    package var diagnostics: [Diagnostic]

    /// Reads one policy file.
    ///
    /// - Parameters:
    ///   - name: What messages call it.
    ///   - place: The path that is shown; nil: the name.
    package static func load(
        _ path: String,
        shownAs name: String,
        at place: String? = nil,
        files: some ManifestFiles
    ) -> LoadedPolicy {
        var loaded = LoadedPolicy(policy: PolicyFile(), name: name, sources: SourceMap(), diagnostics: [])
        let file: SourceFile
        do throws(FileProblem) {
            file = try files.read(path, shownAs: place ?? name, limit: 1 << 20)
        } catch {
            loaded.diagnostics = [
                Diagnostic(
                    error == .notRegular ? .notRegular : .unreadable,
                    "the policy `\(name)` cannot be read: \(error.text)",
                    at: nil as Label?
                )
            ]
            return loaded
        }
        let id = loaded.sources.add(file)
        let context = DecodingContext(
            variables: VariableResolver(),
            files: files,
            root: PathRules.parent(path),
            capabilities: nil
        )
        var decoder = ManifestDecoder(context: context)
        decoder.file = file
        decoder.directory = PathRules.parent(path)
        var policy = PolicyFile()
        var count = 0
        let result = YAMLReader.forEachDocument(file: file, id: id) { root, _ in
            if root.isNothing { return }
            count += 1
            guard count == 1, root.isMapping else {
                let found = count == 1 ? "not \(ManifestDecoder.describe(root))" : "not several documents"
                decoder.report(.badProject, "a policy is a map, \(found)", at: root.smallRange)
                return
            }
            decoder.fields(of: root, PolicyFile.table, into: &policy)
        }
        decoder.withdraw(from: 0, because: result.diagnostics)
        loaded.policy = policy
        loaded.diagnostics = result.diagnostics + decoder.diagnostics
        if loaded.diagnostics.isEmpty, count == 0 || policy.forbidsNothing {
            let start = SourceRange(file: id, start: 0, end: 0)
            loaded.diagnostics = [
                Diagnostic(
                    .badProject,
                    count == 0
                        ? "the policy `\(name)` is empty, and would allow everything"
                        : "the policy `\(name)` forbids nothing, and would allow everything",
                    at: start,
                    help: [Help("write what it forbids, such as `privileges: false`, or do without it")]
                )
            ]
        }
        return loaded
    }
}
