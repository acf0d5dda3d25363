import Glibc

/// A tree of control groups of the kernel, and the place in it below which this user may make groups.
package struct CgroupHierarchy: Sendable, Hashable {
    package enum Version: Int, Sendable, Hashable {
        case v1 = 1
        case v2 = 2
    }

    /// What a group can limit or count.
    package enum Controller: String, Sendable, Hashable, CaseIterable {
        case memory
        case cpu
        case cpuacct
        case pids
    }

    package var version: Version
    package var controllers: Set<Controller>
    /// The group below which groups may be made, as a directory.
    package var parent: String

    /// The trees that this process may use; empty where it may use none.
    package static func usable(_ facts: some CgroupFacts = SystemCgroups()) -> [CgroupHierarchy] {
        candidates(mounts: facts.mounts, groups: facts.groups).compactMap { $0.usable(facts) }
    }
}

/// A mounted tree and the group in it that this process is in.
struct CgroupCandidate: Hashable {
    var version: CgroupHierarchy.Version
    var controllers: Set<CgroupHierarchy.Controller>
    var mountPoint: String
    /// Below the mount point; empty for the top.
    var own: String

    /// The place to make groups below: the own group, so that what limits this process limits its instances too.
    ///
    /// In version 2 a group with processes cannot have groups with controllers below it; there it is the nearest one
    /// above that can.
    func usable(_ facts: some CgroupFacts) -> CgroupHierarchy? {
        var path = own
        while true {
            let directory = mountPoint + path
            if facts.isWritable(directory), facts.isWritable("\(directory)/cgroup.procs") {
                switch version {
                case .v1: return CgroupHierarchy(version: .v1, controllers: controllers, parent: directory)
                case .v2:
                    let found = passedOn(directory, facts)
                    if !found.isEmpty { return CgroupHierarchy(version: .v2, controllers: found, parent: directory) }
                }
            }
            guard version == .v2, let slash = path.lastIndex(of: "/") else { return nil }
            path = String(path[..<slash])
        }
    }

    /// The controllers that groups below a directory have or can be given.
    private func passedOn(_ directory: String, _ facts: some CgroupFacts) -> Set<CgroupHierarchy.Controller> {
        func controllers(_ file: String) -> Set<CgroupHierarchy.Controller> {
            let words = (facts.text("\(directory)/\(file)") ?? "").split(whereSeparator: \.isWhitespace)
            return Set(words.compactMap { CgroupHierarchy.Controller(rawValue: String($0)) })
        }
        let given = controllers("cgroup.subtree_control")
        // Only the real top may have processes and pass controllers on; it alone has no type.
        let isTop = facts.text("\(directory)/cgroup.type") == nil
        let isFree = isTop || facts.text("\(directory)/cgroup.procs")?.isEmpty == true
        guard isFree, facts.isWritable("\(directory)/cgroup.subtree_control") else { return given }
        return given.union(controllers("cgroup.controllers"))
    }
}

extension CgroupHierarchy {
    /// Reads `/proc/self/mountinfo` and `/proc/self/cgroup`; trees without a controller of use are left out.
    static func candidates(mounts: String, groups: String) -> [CgroupCandidate] {
        let own = groups.split(separator: "\n")
            .compactMap { line -> (names: Set<String>, path: String)? in
                let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
                guard parts.count == 3 else { return nil }
                return (Set(parts[1].split(separator: ",").map(String.init)), String(parts[2]))
            }
        var found: [CgroupCandidate] = []
        for line in mounts.split(separator: "\n") {
            guard let mount = Mount(line), mount.type.hasPrefix("cgroup") else { continue }
            let version: Version = mount.type == "cgroup2" ? .v2 : .v1
            let controllers = Set(mount.options.compactMap { Controller(rawValue: $0) })
            guard version == .v2 || !controllers.isEmpty else { continue }
            let group = own.first {
                version == .v2 ? $0.names.isEmpty : !$0.names.isDisjoint(with: controllers.map(\.rawValue))
            }
            let candidate = CgroupCandidate(
                version: version,
                controllers: controllers,
                mountPoint: mount.point,
                own: mount.path(of: group?.path ?? "/")
            )
            // A tree that is mounted twice is one tree.
            let isKnown = found.contains { $0.version == version && $0.controllers == controllers }
            if !isKnown { found.append(candidate) }
        }
        return found
    }

    /// One line of `/proc/self/mountinfo`.
    private struct Mount {
        var root: String
        var point: String
        var type: String
        var options: [String]

        init?(_ line: Substring) {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
            root = String(fields[3])
            point = String(fields[4])
            type = String(fields[dash + 1])
            options = fields[dash + 3].split(separator: ",").map(String.init)
        }

        /// Where a group is below the mount point; the top when it is not below what is mounted.
        func path(of group: String) -> String {
            guard group != "/", !group.hasPrefix("/..") else { return "" }
            if root == "/" { return group }
            return group.hasPrefix(root + "/") ? String(group.dropFirst(root.count)) : ""
        }
    }
}

/// What finding control groups has to know of the machine; a value of tests stands in for it.
package protocol CgroupFacts {
    /// `/proc/self/mountinfo`.
    var mounts: String { get }
    /// `/proc/self/cgroup`.
    var groups: String { get }
    func text(_ path: String) -> String?
    func isWritable(_ path: String) -> Bool
}

/// The machine itself.
package struct SystemCgroups: CgroupFacts {
    package init() {}

    package var mounts: String { text("/proc/self/mountinfo") ?? "" }
    package var groups: String { text("/proc/self/cgroup") ?? "" }

    package func text(_ path: String) -> String? {
        (try? DurableFile.read(path)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
    }

    package func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }
}
