import SourceDiagnostics

/// Finds the files that hold manifests.
struct Discovery {
    /// One file to read.
    struct Found: Sendable {
        /// Absolute, or `-`.
        var path: String
        /// As people are shown it.
        var shownAs: String
    }

    private let files: any ManifestFiles
    private let base: String
    private(set) var found: [Found] = []
    private(set) var diagnostics: [Diagnostic] = []
    private var seen: [FileIdentity: String] = [:]
    /// Directories on the way down, so that a link to one of them does not lead around in a circle.
    private var open: [FileIdentity] = []
    /// Only paths with a symbolic link, or several given paths, can lead to one file twice.
    private var needsIdentity = false

    init(files: any ManifestFiles, shownRelativeTo base: String) {
        self.files = files
        self.base = base
    }

    /// Adds what a given path leads to: a file whatever its name, or a directory with all files below it.
    mutating func add(_ path: String) {
        if path == "-" {
            found.append(Found(path: "-", shownAs: "<stdin>"))
            return
        }
        let status: FileStatus?
        do throws(FileProblem) {
            status = try files.status(path)
        } catch {
            fault(.unreadable, "`\(shown(path))` cannot be read: \(error.text)")
            return
        }
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
        switch status?.kind {
        case .regular: if Self.isManifest(name) { append(path, identity: status?.identity) }
        case .directory: walk(path, identity: status?.identity)
        case .special:
            if Self.isManifest(name) { fault(.notRegular, "`\(shown(path))` is a pipe or a device, not a file") }
        case nil:
            if Self.isManifest(name) { fault(.unreadable, "`\(shown(path))` is a link that leads nowhere") }
        }
    }

    private mutating func append(_ path: String, identity: FileIdentity?) {
        if identity != nil { needsIdentity = true }
        found.append(Found(path: path, shownAs: shown(path)))
    }

    /// Reports files that are found twice; looks at them only when a link or a second path makes that possible.
    mutating func rejectRepeated() {
        guard needsIdentity else { return }
        var kept: [Found] = []
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
