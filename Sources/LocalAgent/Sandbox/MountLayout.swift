import ResourceModel

/// Lays out the file system of a sandbox: a read-only base with things mounted over it anywhere.
///
/// A mount needs a place to be mounted on, and the base is read-only and often not ours. So the root is a small file
/// system in memory with the base's top-level directories bound into it, and a directory in which a place is missing is
/// opened in the same way: replaced by one in memory that binds what it held.
struct MountLayout<Facts: HostFacts> {
    let host: Facts
    /// The directory whose contents are the base; empty for the host's own root.
    let base: String
    /// Directories that are ours in memory, where any place can be made.
    private var memory: [String]
    /// Places that something is mounted on by the plan.
    private var targets: [String] = []
    private(set) var opened: [String] = []
    private(set) var options: [String] = []
    /// The directory in which the sandbox program finds the sources, by number.
    let stage: String
    private(set) var sources: [StagedSource] = []

    /// More entries than this are no directory that somebody means to have mounted over in parts.
    private static var mostEntries: Int { 1000 }

    init(host: Facts, base: String, stage: String) {
        self.host = host
        self.stage = stage
        self.base = base
        memory = ["/", "/tmp", "/run", "/dev", "/dev/shm"]
    }

    mutating func add(_ more: String...) { options += more }

    /// Where the sandbox program finds a source.
    mutating func stage(_ source: StagedSource) -> String {
        let index = sources.firstIndex(of: source) ?? sources.count
        if index == sources.count { sources.append(source) }
        return "\(stage)/\(index)"
    }

    /// Binds the top-level entries of the base, but those that every sandbox has of its own.
    mutating func bindBase() {
        let own: Set<String> = ["dev", "proc", "sys", "tmp", "run", "lost+found"]
        for name in host.children(of: base.isEmpty ? "/" : base) where !own.contains(name) {
            bindEntry("/\(name)", filesToo: !base.isEmpty)
        }
    }

    private mutating func bindEntry(_ path: String, filesToo: Bool) {
        switch host.entry(at: base + path) {
        case .directory where base + path == stage: break
        case .directory: add("--ro-bind", source(path), path)
        case .link(let target): add("--symlink", target, path)
        case .file where filesToo: add("--ro-bind", source(path), path)
        default: break
        }
    }

    /// The machine's own root is nothing that instances write to; one that a project brings may be.
    private mutating func source(_ path: String) -> String {
        base.isEmpty ? path : stage(StagedSource(base + path))
    }

    /// Binds a directory of the host that would be hidden, and counts it to the base from then on.
    mutating func exposeIfHidden(_ directory: String) {
        guard base.isEmpty, directory != "/", let owner = memoryOwner(of: directory), owner != "/" else { return }
        add("--ro-bind", directory, directory)
        exposed = directory
    }

    private var exposed: String?

    /// Makes sure that something can be mounted at `target`.
    ///
    /// - Returns: The target with the base's own links resolved, and whether the base already has it there.
    mutating func prepare(
        _ target: String,
        isDirectory: Bool
    ) throws(AgentError) -> (path: String, existsInBase: Bool) {
        let path = resolve(target)
        defer { targets.append(path) }
        if targets.contains(where: { path.hasPrefix($0 + "/") }) { return (path, false) }
        guard isInBase(path) else { return (path, false) }
        switch host.entry(at: base + path) {
        case .directory where isDirectory: return (path, true)
        case .file where !isDirectory: return (path, true)
        case .some:
            let kind = isDirectory ? "a directory" : "a file"
            throw AgentError(.invalid, "cannot mount \(kind) at \(target): something of another kind is there")
        case nil:
            try openParent(of: path)
            return (path, false)
        }
    }

    /// Opens the deepest directory above `path` that the base has.
    private mutating func openParent(of path: String) throws(AgentError) {
        var parent = Self.parent(of: path)
        while parent != "/", host.entry(at: base + parent) == nil { parent = Self.parent(of: parent) }
        guard parent != "/", !opened.contains(parent) else { return }
        guard host.entry(at: base + parent) == .directory else {
            throw AgentError(.invalid, "cannot mount at \(path): \(parent) is no directory")
        }
        let names = host.children(of: base + parent)
        guard names.count <= Self.mostEntries else {
            throw AgentError(
                .invalid,
                "cannot mount at \(path): \(parent) holds more than \(Self.mostEntries) entries",
                help: "mount at a directory that exists, or below one with fewer entries"
            )
        }
        add("--tmpfs", parent)
        for name in names { bindEntry("\(parent)/\(name)", filesToo: true) }
        opened.append(parent)
    }

    /// Makes what is in memory read-only, the root last.
    mutating func seal() {
        for path in opened.reversed() { add("--remount-ro", path) }
        add("--remount-ro", "/")
    }

    /// Follows the base's own symbolic links; mounts must be made where they lead.
    func resolve(_ target: String) -> String {
        var done = ""
        var rest = target.split(separator: "/").map(String.init)[...]
        var followed = 0
        while let name = rest.popFirst() {
            if name == "." { continue }
            if name == ".." {
                done = Self.parent(of: done.isEmpty ? "/" : done)
                if done == "/" { done = "" }
                continue
            }
            let path = "\(done)/\(name)"
            if followed < 40, isInBase(path), case .link(let destination) = host.entry(at: base + path) {
                followed += 1
                if destination.hasPrefix("/") { done = "" }
                rest = (destination.split(separator: "/").map(String.init) + rest)[...]
            } else {
                done = path
            }
        }
        return done.isEmpty ? "/" : done
    }

    /// Whether what is at `path` comes from the base and not from a file system of the sandbox's own.
    func isInBase(_ path: String) -> Bool {
        if let exposed, path == exposed || path.hasPrefix(exposed + "/") { return true }
        let owner = memoryOwner(of: path)
        return owner == "/" && !path.hasPrefix("/proc/") && path != "/proc"
    }

    private func memoryOwner(of path: String) -> String? {
        memory.filter { $0 == "/" || path == $0 || path.hasPrefix($0 + "/") }.max { $0.count < $1.count }
    }

    /// A path below something else, without `.` and `..`, which do not lead out of it.
    static func plain(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
