import Manifests
import SourceDiagnostics

/// Where files lie in their repository: what other programs call them by.
struct RepositoryPaths {
    private let disk = DiskFiles()
    private let working: String
    /// The repository's top folder, else the working directory; without symbolic links.
    private let root: String

    init(_ workspace: Workspace) {
        working = WorkingDirectory.current()
        root = Self.top(above: workspace.settings.root) ?? disk.canonical(working) ?? working
    }

    /// The folder above a path that holds a repository; nil when there is none.
    static func top(above path: String) -> String? {
        let disk = DiskFiles()
        var folder = disk.canonical(path) ?? path
        while true {
            if (try? disk.status(PathRules.joined(folder, ".git"))) ?? nil != nil { return folder }
            let parent = PathRules.parent(folder)
            if parent == folder { return nil }
            folder = parent
        }
    }

    /// The path below the root with slashes, or the absolute path of what lies elsewhere.
    func path(_ shown: String) -> String {
        if shown == "<stdin>" { return "stdin" }
        let absolute = PathRules.joined(working, shown)
        let real = disk.canonical(absolute) ?? absolute
        return PathRules.relative(real, to: root) ?? real
    }
}
