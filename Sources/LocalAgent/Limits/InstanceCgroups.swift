import Glibc

/// The control groups of one project: `orchplan/PROJECT/INSTANCE` in each tree that can be used.
package struct ProjectCgroups: Sendable {
    package let hierarchies: [CgroupHierarchy]
    /// Tells projects apart; the name of the project's own group.
    package let project: String

    package init(_ hierarchies: [CgroupHierarchy], project: String) {
        self.hierarchies = hierarchies
        self.project = project
    }

    /// The project's groups, one in each tree.
    package var directories: [String] { hierarchies.map(directory) }

    private func directory(_ hierarchy: CgroupHierarchy) -> String { "\(hierarchy.parent)/orchplan/\(project)" }

    /// Makes an instance's groups, or takes those that are there, and sets their limits.
    ///
    /// - Returns: Their directories. On an error none is left that was not there before.
    package func make(_ instance: String, _ settings: [LimitPlan.Setting]) throws(SystemError) -> [String] {
        var made: [String] = []
        do throws(SystemError) {
            for hierarchy in hierarchies {
                try prepare(hierarchy)
                let path = "\(directory(hierarchy))/\(instance)"
                try FileTree.makeDirectory(path, mode: 0o755)
                made.append(path)
                for setting in settings where hierarchy.controllers.contains(setting.controller) {
                    try Self.apply(setting, in: path)
                }
            }
        } catch {
            Self.remove(made)
            throw error
        }
        return made
    }

    /// Makes the project's group; in version 2 its controllers have to be passed down level by level.
    private func prepare(_ hierarchy: CgroupHierarchy) throws(SystemError) {
        do throws(SystemError) {
            try FileTree.makeDirectory(directory(hierarchy), mode: 0o755)
        } catch {
            // Another project's agent may have removed the directory of all at this moment.
            try FileTree.makeDirectory(directory(hierarchy), mode: 0o755)
        }
        guard hierarchy.version == .v2 else { return }
        let all = hierarchy.controllers.map { "+\($0.rawValue)" }.sorted().joined(separator: " ")
        for path in [hierarchy.parent, "\(hierarchy.parent)/orchplan", directory(hierarchy)] {
            let file = "\(path)/cgroup.subtree_control"
            let given = Set((CgroupFile.text(file) ?? "").split(whereSeparator: \.isWhitespace).map(String.init))
            guard !given.isSuperset(of: hierarchy.controllers.map(\.rawValue)) else { continue }
            try CgroupFile.write(all, to: file)
        }
    }

    private static func apply(_ setting: LimitPlan.Setting, in path: String) throws(SystemError) {
        let file = "\(path)/\(setting.file)"
        do throws(SystemError) {
            try CgroupFile.write(setting.text, to: file)
        } catch {
            if setting.isOptional { return }
            throw error
        }
    }

    /// Removes groups that nobody is in; false when one is left.
    @discardableResult
    package static func remove(_ directories: [String]) -> Bool {
        var isGone = true
        for path in directories where rmdir(path) != 0 && errno != ENOENT { isGone = false }
        return isGone
    }

    /// Removes an instance's groups, and those of its project with the last one of them.
    package static func removeWithProject(_ directories: [String]) -> Bool {
        let isGone = remove(directories)
        for path in directories {
            if let slash = path.lastIndex(of: "/") { rmdir(String(path[..<slash])) }
        }
        return isGone
    }

    /// Removes the empty groups of a project's directory that no instance has, and the directory itself when it is left
    /// empty; whatever anybody is in stays.
    package static func sweep(_ directory: String, keeping instances: Set<String>) {
        for name in FileTree.names(in: directory) where !instances.contains(name) {
            var info = stat()
            guard lstat("\(directory)/\(name)", &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { continue }
            rmdir("\(directory)/\(name)")
        }
        guard rmdir(directory) == 0, let slash = directory.lastIndex(of: "/") else { return }
        // That of all projects: stays as long as there is another one.
        rmdir(String(directory[..<slash]))
    }
}

/// The groups of one instance, by what is in their directories.
struct CgroupReading {
    /// Processor time in microseconds since the groups were made; nil where no group counts it.
    var cpuMicroseconds: Int?
    /// Memory in use, without file contents that could be dropped at once.
    var memoryBytes: Int?

    init(_ directories: [String]) {
        for path in directories {
            if let text = CgroupFile.text("\(path)/cpuacct.usage"), let time = Int(text) {
                cpuMicroseconds = time / 1000
            } else if let time = CgroupFile.value("usage_usec", in: "\(path)/cpu.stat") {
                cpuMicroseconds = time
            }
            let usage = CgroupFile.text("\(path)/memory.usage_in_bytes") ?? CgroupFile.text("\(path)/memory.current")
            if let bytes = usage.flatMap({ Int($0) }) {
                let statistics = "\(path)/memory.stat"
                let idle =
                    CgroupFile.value("total_inactive_file", in: statistics)
                    ?? CgroupFile.value("inactive_file", in: statistics) ?? 0
                memoryBytes = max(0, bytes - idle)
            }
        }
    }

    /// How many processes the kernel has ended in these groups because their memory was used up.
    static func outOfMemoryKills(_ directories: [String]) -> Int {
        directories.reduce(0) { sum, path in
            sum
                + (CgroupFile.value("oom_kill", in: "\(path)/memory.events")
                    ?? CgroupFile.value("oom_kill", in: "\(path)/memory.oom_control") ?? 0)
        }
    }
}

/// Files of control groups: short, read and written in one go.
enum CgroupFile {
    /// The text without the end of its line; nil when there is no such file.
    static func text(_ path: String) -> String? {
        guard let bytes = (try? DurableFile.read(path)).flatMap({ $0 }) else { return nil }
        return String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }

    /// The number after a word at the start of a line.
    static func value(_ word: String, in path: String) -> Int? {
        for line in text(path)?.split(separator: "\n") ?? [] {
            let parts = line.split(separator: " ")
            if parts.count == 2, parts[0] == word { return Int(parts[1]) }
        }
        return nil
    }

    static func write(_ text: String, to path: String) throws(SystemError) {
        let file = try Descriptor.open(path, O_WRONLY)
        let bytes = Array(text.utf8)
        let count = bytes.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw .last("write \(text) to \(path)") }
    }
}
