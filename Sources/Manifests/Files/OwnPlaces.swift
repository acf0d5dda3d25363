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

    /// Whether a path, as it is written or without symbolic links, is in one of these places, or is another name of a
    /// file there.
    package func holds(_ path: String, _ files: any ManifestFiles) -> Bool {
        names(path) || names(Self.resolved(path, files)) || isSecondName(path, files)
    }

    /// The state that a folder holds, as it is written or without symbolic links; nil: none.
    ///
    /// What is in `.orchplan` does not count: a folder above that is mounted without it.
    func state(below folder: String, _ files: any ManifestFiles) -> String? {
        let places = [folder, Self.resolved(folder, files)]
        return states.sorted()
            .first { state in
                !folders.contains { PathRules.relative(state, to: $0) != nil }
                    && places.contains { PathRules.relative(state, to: $0) != nil }
            }
    }

    /// Hard links have no place of their own: they are known by device and inode.
    private func isSecondName(_ path: String, _ files: any ManifestFiles) -> Bool {
        guard let status = try? files.status(path), status.kind == .regular, status.links > 1 else { return false }
        return states.contains { (try? files.status($0))??.identity == status.identity }
            || folders.contains { Self.holds(status.identity, $0, files) }
    }

    private static func holds(_ identity: FileIdentity, _ folder: String, _ files: any ManifestFiles) -> Bool {
        for entry in (try? files.entries(folder)) ?? [] {
            let path = PathRules.joined(folder, entry.name)
            switch entry.kind {
            case .directory: if holds(identity, path, files) { return true }
            case .regular: if (try? files.status(path))??.identity == identity { return true }
            case .other: continue
            }
        }
        return false
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

    /// The path without symbolic links, also those that lead to nothing yet; what is not there as it is written.
    static func resolved(_ path: String, _ files: any ManifestFiles, following left: Int = 40) -> String {
        if let real = files.canonical(path) { return real }
        let parent = PathRules.parent(path)
        guard parent != path, parent != "." else { return path }
        if left > 0, let target = files.link(path) {
            return resolved(PathRules.joined(parent, target), files, following: left - 1)
        }
        return PathRules.joined(resolved(parent, files, following: left), String(PathRules.name(path)))
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

    /// Whether a folder of the host would give an instance what orchplan keeps for itself; tells it, if so.
    ///
    /// - Parameters:
    ///   - absolute: Normalised.
    ///   - path: As it is written.
    mutating func givesOwn(_ absolute: String, shownAs path: String, at range: SourceRange, _ what: String) -> Bool {
        if isOwn(absolute, shownAs: path, at: range, what) { return true }
        guard let state = context.ownPlaces.state(below: absolute, context.files) else { return false }
        report(
            .ownRecords,
            "the \(what) `\(Self.shortened(path))` holds the recorded state",
            at: range,
            notes: ["the state is \(Self.shortened(state)): whoever writes to it decides what is applied next"],
            help: ["keep the state in `.orchplan`, where no instance sees it, or name a folder that does not hold it"]
        )
        return true
    }
}
