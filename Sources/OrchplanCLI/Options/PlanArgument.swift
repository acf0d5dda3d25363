import Manifests
import SourceDiagnostics

/// Tells a saved plan among the arguments of `apply` from manifests, by its name where its text cannot be trusted.
///
/// Were a plan told by its text alone, one that was overwritten with a manifest would be applied as that manifest, and
/// everything else be removed.
enum PlanArgument {
    /// What tells manifests, for advice.
    static let manifestWords =
        "manifests are folders, files that end with .yaml, .yml or .json, and - for standard input"

    /// Whether an argument means a saved plan.
    ///
    /// - Parameter directory: What `--directory` says; manifests begin there, plans where the command runs.
    static func isPlan(_ path: String, directory: String?) -> Bool {
        if PlanFile.looksLikePlan(path) { return true }
        let isManifestByName =
            path == "-" || path.hasSuffix("/") || path.contains { "*?[".contains($0) }
            || [".yaml", ".yml", ".json"].contains { path.hasSuffix($0) }
        let files = DiskFiles()
        return !isManifestByName
            && ![path, PathRules.joined(directory ?? ".", path)]
                .contains { ((try? files.status($0)) ?? nil)?.kind == .directory }
    }

    /// Refuses what is no saved plan, before anything is asked of it.
    static func check(_ path: String) throws {
        let shown = Escaping.visible(path)
        do throws(FileProblem) {
            guard let status = try DiskFiles().status(path) else { throw .missing }
            guard status.kind == .regular else { throw .notRegular }
        } catch {
            throw CommandFailure("cannot read the saved plan \(shown): \(error.text)", help: manifestWords)
        }
        guard PlanFile.looksLikePlan(path) else {
            throw CommandFailure(
                "\(shown) is no saved plan, or its beginning is damaged; nothing was changed",
                help: "save one with orchplan plan --out FILE; \(manifestWords)"
            )
        }
    }

    /// The words that apply a saved plan, whatever it is called.
    static func words(_ path: String) -> String {
        isPlan(path, directory: nil) && !isAmbiguous(path)
            ? TypedCommand.quoted(path) : "--plan \(TypedCommand.quoted(path))"
    }

    private static func isAmbiguous(_ path: String) -> Bool {
        path.hasPrefix("-") || [".yaml", ".yml", ".json"].contains { path.hasSuffix($0) }
    }
}
