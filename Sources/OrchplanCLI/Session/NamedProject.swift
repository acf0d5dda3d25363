import Manifests
import SourceDiagnostics

/// Which project the paths of a command line are about, where one of them is a project itself.
///
/// A folder with a project file is a project, whoever names it. What only looks at files takes its settings; what plans
/// and applies refuses, since another project has another record of what runs.
struct NamedProject {
    /// Where relative paths begin, absolute.
    let base: String
    /// The command, for advice.
    let command: String
    private let files = DiskFiles()

    init(base: String, command: String) {
        self.base = base
        self.command = command
    }

    /// The folder in which the search for the project file begins.
    ///
    /// - Parameter adopts: Whether a project that is named takes the place of the one around the working directory.
    func start(_ paths: [String], adopts: Bool) throws -> String {
        guard !paths.isEmpty else { return base }
        let home = folder(above: base)
        var foreign: [String] = []
        for path in paths {
            guard let folder = project(path), folder != home, !foreign.contains(folder) else { continue }
            foreign.append(folder)
        }
        guard let first = foreign.first else { return adopts && home == nil ? common(paths) ?? base : base }
        if adopts, foreign.count == 1, home == nil || paths.allSatisfy({ isInside($0, first) }) { return first }
        let shown = PathRules.relative(first, to: base) ?? first
        throw CommandFailure(
            "\(Escaping.visible(shown)) is another project, with an orchplan.yaml of its own",
            help: adopts
                ? "look at that one by itself: orchplan \(command) --directory \(TypedCommand.quoted(shown))"
                : "name it so: orchplan \(command) --directory \(TypedCommand.quoted(shown))",
            code: ExitStatus.usage
        )
    }

    /// The project around all paths, where it is one.
    private func common(_ paths: [String]) -> String? {
        var found: String?
        for path in paths where path != "-" {
            // Of a pattern the folders in front of what may differ.
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
                .prefix { !PathPattern.isPattern(String($0)) }
            let place = PathRules.joined(base, parts.joined(separator: "/"))
            let isFolder = ((try? files.status(place)) ?? nil)?.kind == .directory
            guard let around = folder(above: isFolder ? place : PathRules.parent(place)) else { return nil }
            guard found == nil || found == around else { return nil }
            found = around
        }
        return found
    }

    /// The folder of the project that a path is: a folder with a project file, or that file.
    private func project(_ path: String) -> String? {
        guard path != "-" else { return nil }
        let place = PathRules.joined(base, path)
        let kind = ((try? files.status(place)) ?? nil)?.kind
        let folder = kind == .directory ? place : PathRules.parent(place)
        guard kind == .directory || kind == .regular && PathRules.name(place) == LoadedProject.fileName else {
            return nil
        }
        return hasFile(folder) ? files.canonical(folder) ?? folder : nil
    }

    private func isInside(_ path: String, _ folder: String) -> Bool {
        let place = PathRules.joined(base, path)
        return PathRules.relative(files.canonical(place) ?? place, to: folder) != nil
    }

    /// The nearest folder upwards that has a project file.
    private func folder(above path: String) -> String? {
        var folder = files.canonical(path) ?? path
        while !hasFile(folder) {
            let parent = PathRules.parent(folder)
            if parent == folder { return nil }
            folder = parent
        }
        return folder
    }

    private func hasFile(_ folder: String) -> Bool {
        ((try? files.status(PathRules.joined(folder, LoadedProject.fileName))) ?? nil) != nil
    }
}
