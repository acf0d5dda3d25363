import Manifests
import SourceDiagnostics

/// Where a saved plan may be written: a new file, or one in the place of another saved plan.
struct PlanPlace {
    let path: String
    let settings: ProjectSettings

    /// The file to write, at the end of symbolic links.
    ///
    /// Throws where something is there that is no saved plan, and where only orchplan or manifests have a place. An empty
    /// file holds nothing that could be lost: `mktemp` makes such ones.
    func checked() throws -> String {
        let place = try ReportFile.place(of: path)
        let files = DiskFiles()
        guard let folder = files.canonical(PathRules.parent(PathRules.joined(WorkingDirectory.current(), place))) else {
            throw CommandFailure(
                "cannot write \(shown): its folder is not there",
                help: "make the folder first"
            )
        }
        let end = Self.joined(folder, String(PathRules.name(place)))
        let status = (try? files.status(end)) ?? nil
        guard status == nil || status?.kind == .regular else {
            throw CommandFailure("\(shown) is no regular file", help: "name a file for the plan")
        }
        if let owner = owner(of: end) {
            throw CommandFailure("\(shown) is \(owner), and no place for a plan", help: Self.help)
        }
        guard status == nil || status?.size == 0 || PlanFile.looksLikePlan(end) else {
            throw CommandFailure("\(shown) is there already, and is no saved plan", help: Self.help)
        }
        return end
    }

    private static let help = "nothing was written: name a new file, or a plan that may be replaced"

    private var shown: String { Escaping.visible(path) }

    /// Whose place a path is; nil: nobody's.
    private func owner(of end: String) -> String? {
        let files = DiskFiles()
        func isSame(_ other: String) -> Bool {
            if other == end { return true }
            guard let one = (try? files.status(end)) ?? nil, let two = (try? files.status(other)) ?? nil else {
                let folder = files.canonical(PathRules.parent(other)) ?? PathRules.parent(other)
                return Self.joined(folder, String(PathRules.name(other))) == end
            }
            return one.identity == two.identity
        }
        if ["", "-wal", "-shm", "-journal"].contains(where: { isSame(settings.state + $0) }) {
            return "the recorded state"
        }
        if Self.isBelow(end, Self.joined(settings.root, ".orchplan")) { return "in orchplan's own folder" }
        if isSame(Self.joined(settings.root, LoadedProject.fileName)) { return "the project file" }
        if let policy = settings.policies.first(where: { isSame($0.path) }) {
            return "the policy \(Escaping.visible(policy.name))"
        }
        return isManifest(end, isSame) ? "a manifest" : nil
    }

    /// Whether a path is read as a manifest, or would be if something were there.
    private func isManifest(_ end: String, _ isSame: (String) -> Bool) -> Bool {
        let isNamedSo = [".yaml", ".yml"].contains { end.hasSuffix($0) }
        return (settings.manifests + settings.overlays)
            .contains { given in
                guard given != "-" else { return false }
                return isSame(given) || isNamedSo && Self.isBelow(end, DiskFiles().canonical(given) ?? given)
            }
    }

    private static func isBelow(_ path: String, _ folder: String) -> Bool {
        path.hasPrefix(folder == "/" ? folder : folder + "/")
    }

    private static func joined(_ folder: String, _ name: String) -> String {
        folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }
}
