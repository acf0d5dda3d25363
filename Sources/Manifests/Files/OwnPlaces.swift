import SourceDiagnostics

/// Where orchplan keeps what is its own, which nothing that a manifest names may be.
///
/// The folder `.orchplan` of the project (recorded states, generated secrets, what the agent keeps), and the file of the
/// state where that lies elsewhere, with what is beside it under its name.
package struct OwnPlaces: Sendable {
    private let folders: Set<String>
    private let states: Set<String>

    /// - Parameters:
    ///   - root: The project's directory, absolute.
    ///   - state: The file of the recorded state, absolute; nil: nothing is known of it.
    package init(root: String, state: String?, files: any ManifestFiles) {
        let folder = PathRules.joined(root, ".orchplan")
        folders = [folder, Self.resolved(folder, files)]
        states = state.map { [$0, Self.resolved($0, files)] } ?? []
    }

    /// Whether a path, as it is written or without symbolic links, is in one of these places.
    package func holds(_ path: String, _ files: any ManifestFiles) -> Bool {
        names(path) || names(Self.resolved(path, files))
    }

    /// The same for a path that has no symbolic links.
    package func names(_ path: String) -> Bool {
        folders.contains { PathRules.relative(path, to: $0) != nil } || states.contains { Self.isState(path, $0) }
    }

    /// The database, what SQLite keeps beside it, and what was set aside for it.
    private static func isState(_ path: String, _ state: String) -> Bool {
        guard path.utf8.starts(with: state.utf8) else { return false }
        let rest = path.utf8.dropFirst(state.utf8.count)
        return rest.isEmpty
            || ["-wal", "-shm", "-journal", ".before-restore-", ".unsaved-"].contains { rest.starts(with: $0.utf8) }
    }

    /// The path without symbolic links, as far as there is something; the rest as it is written.
    static func resolved(_ path: String, _ files: any ManifestFiles) -> String {
        if let real = files.canonical(path) { return real }
        let parent = PathRules.parent(path)
        guard parent != path, parent != "." else { return path }
        return PathRules.joined(resolved(parent, files), String(PathRules.name(path)))
    }
}

extension ManifestDecoder {
    /// Whether a path leads to what orchplan keeps for itself; tells it, if so.
    ///
    /// - Parameters:
    ///   - absolute: Normalised.
    ///   - path: As it is written.
    mutating func isOwn(_ absolute: String, shownAs path: String, at range: SourceRange, _ what: String) -> Bool {
        let isOwn: Bool
        if let known = ownPaths[absolute] {
            isOwn = known
        } else {
            isOwn = context.ownPlaces.holds(absolute, context.files)
            ownPaths[absolute] = isOwn
        }
        guard isOwn else { return false }
        report(
            .ownRecords,
            "the \(what) `\(Self.shortened(path))` is among what orchplan keeps for itself",
            at: range,
            notes: ["the recorded state, generated secrets and all else in `.orchplan` are for orchplan alone"],
            help: ["name a file or folder of yours"]
        )
        return true
    }
}
