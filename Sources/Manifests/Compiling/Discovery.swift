import SourceDiagnostics

/// Finds the files that hold manifests.
struct Discovery {
    private let files: any ManifestFiles
    private let base: String
    /// The project's directory.
    private let root: String
    /// The directories, without symbolic links, that links may lead into.
    private var allowed: [String] = []
    /// Directories that were added.
    private var added: Set<FileIdentity> = []
    private(set) var found: [ManifestList.Entry] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// The path of a run that led to a fault, by the fault.
    private(set) var origins: [Diagnostic: String] = [:]
    private var seen: [FileIdentity: String] = [:]
    /// Directories on the way down, so that a link to one of them does not lead around in a circle.
    private var open: [FileIdentity] = []
    /// Only paths with a symbolic link, or several given paths, can lead to one file twice.
    private var needsIdentity = false
    /// The directory that is walked, without symbolic links.
    private var walked: String?

    init(files: any ManifestFiles, root: String, shownRelativeTo base: String) {
        self.files = files
        self.root = root
        self.base = base
    }

    /// Adds all paths of a run, and says when they lead to one file twice.
    mutating func addAll(_ paths: [String], areGiven: Bool) {
        if paths.isEmpty {
            fault(.noManifests, "`manifests` is empty", help: "name files and directories with manifests")
        }
        needsIdentity = paths.count > 1
        for path in paths { add(path, isGiven: areGiven) }
        rejectRepeated()
    }

    /// Adds what a path leads to: a file whatever its name, or a directory with all files below it.
    ///
    /// A path that the project gives, and links in directories, must stay inside the project: the excerpts of
    /// diagnostics would show files of somebody else.
    mutating func add(_ path: String, isGiven: Bool) {
        let before = diagnostics.count
        look(path, isGiven: isGiven)
        for fault in diagnostics[before...] { origins[fault] = path }
    }

    private mutating func look(_ path: String, isGiven: Bool) {
        if path == "-" {
            guard !found.contains(where: { $0.path == "-" }) else {
                fault(.fileTwice, "standard input is given twice", help: "give `-` once")
                return
            }
            found.append(ManifestList.Entry(path: "-", shownAs: "<stdin>"))
            return
        }
        let status: FileStatus?
        do throws(FileProblem) {
            status = try files.status(path)
        } catch {
            fault(.unreadable, "`\(shown(path))` cannot be read: \(error.text)")
            return
        }
        allowed = [root, isGiven ? path : root].map { files.canonical($0) ?? $0 }
        if !isGiven, status != nil, !staysInside(path) { return }
        switch status?.kind {
        case nil:
            fault(
                .unreadable,
                "`\(shown(path))` does not exist",
                help: neighbour(of: path).map { "did you mean `\(shown($0))`?" }
                    ?? "give a file or a directory with manifests, or run `orchplan init`"
            )
        case .special:
            fault(
                .notRegular,
                "`\(shown(path))` is a pipe or a device, not a file",
                help: "to read standard input, give `-`"
            )
        case .regular: append(path, identity: status?.identity)
        case .directory:
            if let identity = status?.identity, !added.insert(identity).inserted {
                fault(.fileTwice, "the directory `\(shown(path))` is given twice", help: "give it once")
                return
            }
            walked = files.canonical(path)
            let before = found.count
            let faults = diagnostics.count
            walk(path, identity: status?.identity)
            if found.count == before, diagnostics.count == faults {
                fault(
                    .noManifests,
                    "`\(shown(path))` holds no manifests",
                    help:
                        "manifests are files that end with .yaml or .yml; to remove everything, run `orchplan destroy`"
                )
            }
        }
    }

    private mutating func walk(_ directory: String, identity: FileIdentity?) {
        if let identity {
            guard !open.contains(identity) else { return }
            open.append(identity)
        }
        defer { if identity != nil { open.removeLast() } }
        let entries: [DirectoryEntry]
        do throws(FileProblem) {
            entries = try files.entries(directory)
        } catch {
            fault(.unreadable, "the directory `\(shown(directory))` cannot be read: \(error.text)")
            return
        }
        for entry in entries.sorted(by: { $0.name < $1.name }) where !entry.name.hasPrefix(".") {
            let path = directory == "/" ? "/" + entry.name : directory + "/" + entry.name
            if entry.kind == .directory || Self.isManifest(entry.name), isMisspelled(entry.name, path) {
                fault(.unreadable, "the name of `\(shown(path))` is not UTF-8", help: "rename it")
                continue
            }
            switch entry.kind {
            case .regular: if Self.isManifest(entry.name) { append(path, identity: nil) }
            case .directory: walk(path, identity: nil)
            case .other: follow(path, entry.name)
            }
        }
    }

    /// A symbolic link, or something unusual.
    private mutating func follow(_ path: String, _ name: String) {
        let status: FileStatus?
        do throws(FileProblem) {
            status = try files.status(path)
        } catch {
            if Self.isManifest(name) { fault(.unreadable, "`\(shown(path))` cannot be read: \(error.text)") }
            return
        }
        let isWanted = Self.isManifest(name) || status?.kind == .directory
        if isWanted, status != nil, !staysInside(path) { return }
        switch status?.kind {
        case .regular: if Self.isManifest(name) { append(path, identity: status?.identity) }
        case .directory:
            guard !leadsUp(path) else { return }
            needsIdentity = true
            walk(path, identity: status?.identity)
        case .special:
            if Self.isManifest(name) { fault(.notRegular, "`\(shown(path))` is a pipe or a device, not a file") }
        case nil:
            if Self.isManifest(name) { fault(.unreadable, "`\(shown(path))` is a link that leads nowhere") }
        }
    }

    /// Whether a link leads to a directory that holds it, of those that are walked: all in there is found without it.
    private func leadsUp(_ link: String) -> Bool {
        guard let walked, let target = files.canonical(link), let place = files.canonical(PathRules.parent(link)) else {
            return false
        }
        return PathRules.relative(place, to: target) != nil && PathRules.relative(target, to: walked) != nil
    }

    /// Whether a path leads to something below the allowed directories; a diagnostic says when it does not.
    private mutating func staysInside(_ path: String) -> Bool {
        let real = files.canonical(path) ?? path
        if allowed.contains(where: { PathRules.relative(real, to: $0) != nil }) { return true }
        fault(
            .outsideProject,
            "`\(shown(path))` leads out of the project's directory",
            help: "keep manifests below it, or give their path on the command line"
        )
        return false
    }

    /// Whether a name could not be read as it is: nothing is found under what was read.
    private func isMisspelled(_ name: String, _ path: String) -> Bool {
        guard name.unicodeScalars.contains("\u{FFFD}") else { return false }
        return (try? files.status(path)) == .some(nil)
    }

    private mutating func append(_ path: String, identity: FileIdentity?) {
        if identity != nil { needsIdentity = true }
        found.append(ManifestList.Entry(path: path, shownAs: shown(path)))
    }

    /// Reports files that are found twice; looks at them only when a link or a second path makes that possible.
    private mutating func rejectRepeated() {
        guard needsIdentity else { return }
        var kept: [ManifestList.Entry] = []
        for file in found {
            if file.path != "-", let identity = (try? files.status(file.path))?.identity {
                if let first = seen[identity] {
                    fault(.fileTwice, "`\(file.shownAs)` and `\(first)` are the same file", help: "give it once")
                    continue
                }
                seen[identity] = file.shownAs
            }
            kept.append(file)
        }
        found = kept
    }

    /// What lies beside a path that does not exist and is called nearly like it.
    private func neighbour(of path: String) -> String? {
        let parent = PathRules.parent(path)
        guard let entries = try? files.entries(parent) else { return nil }
        let names = entries.map(\.name).filter { !$0.hasPrefix(".") }.sorted()
        return Suggestion.nearest(String(PathRules.name(path)), in: names).map { PathRules.joined(parent, $0) }
    }

    private func shown(_ path: String) -> String { PathRules.relative(path, to: base) ?? path }

    private mutating func fault(_ code: DiagnosticCode, _ message: String, help: String? = nil) {
        diagnostics.append(Diagnostic(code, message, at: nil as Label?, help: help.map { [Help($0)] } ?? []))
    }

    /// Whether a file of a directory is taken for manifests: by its ending, the project file left out.
    ///
    /// A `.json` beside manifests is nearly always the content of a config, so JSON is read only when it is named.
    static func isManifest(_ name: String) -> Bool {
        name != LoadedProject.fileName && (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
    }
}
