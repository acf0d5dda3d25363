import Glibc

/// What a sandbox plan has to know of the machine; a value of tests stands in for it.
package protocol HostFacts: Sendable {
    /// What is at a path, itself and not where a link leads; nil when nothing is there.
    func entry(at path: String) -> HostEntry?
    /// The names in a directory, in byte order.
    func children(of path: String) -> [String]
    /// Whether whoever runs this may execute the file, links followed.
    func isExecutable(_ path: String) -> Bool
    func user(named name: String) -> HostUser?
    func user(id: Int) -> HostUser?
    func groupID(named name: String) -> Int?
}

extension HostFacts {
    /// The path without symbolic links, also those that lead to nothing.
    func resolved(_ path: String) -> String {
        var done = ""
        var rest = path.split(separator: "/").map(String.init)[...]
        var followed = 0
        while let name = rest.popFirst() {
            if name == "." { continue }
            if name == ".." {
                done = String(done[..<(done.lastIndex(of: "/") ?? done.startIndex)])
                continue
            }
            if followed < 40, case .link(let target) = entry(at: "\(done)/\(name)") {
                followed += 1
                if target.hasPrefix("/") { done = "" }
                rest = (target.split(separator: "/").map(String.init) + rest)[...]
            } else {
                done += "/\(name)"
            }
        }
        return done.isEmpty ? "/" : done
    }
}

/// What kind of thing is at a path.
package enum HostEntry: Sendable, Hashable {
    case directory
    case file
    case link(to: String)
}

/// A user of the machine.
package struct HostUser: Sendable, Hashable {
    package var id: Int
    package var group: Int
    package var home: String

    package init(id: Int, group: Int, home: String) {
        self.id = id
        self.group = group
        self.home = home
    }
}

/// The machine itself.
package struct Host: HostFacts {
    package init() {}

    package func entry(at path: String) -> HostEntry? {
        var info = stat()
        guard lstat(path, &info) == 0 else { return nil }
        switch info.st_mode & S_IFMT {
        case S_IFDIR: return .directory
        case S_IFLNK:
            var buffer = [CChar](repeating: 0, count: 4096)
            let count = readlink(path, &buffer, buffer.count)
            guard count > 0 else { return nil }
            return .link(to: String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
        default: return .file
        }
    }

    package func children(of path: String) -> [String] { FileTree.names(in: path) }

    package func isExecutable(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    package func user(named name: String) -> HostUser? {
        fields(of: "/etc/passwd", where: { $0[0] == name }).flatMap(Self.user)
    }

    package func user(id: Int) -> HostUser? {
        fields(of: "/etc/passwd", where: { $0[2] == "\(id)" }).flatMap(Self.user)
    }

    package func groupID(named name: String) -> Int? {
        fields(of: "/etc/group", where: { $0[0] == name }).flatMap { Int($0[2]) }
    }

    private static func user(_ fields: [Substring]) -> HostUser? {
        guard fields.count > 5, let id = Int(fields[2]), let group = Int(fields[3]) else { return nil }
        return HostUser(id: id, group: group, home: String(fields[5]))
    }

    private func fields(of path: String, where matches: ([Substring]) -> Bool) -> [Substring]? {
        guard let bytes = (try? DurableFile.read(path)).flatMap({ $0 }) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count > 2, matches(fields) { return fields }
        }
        return nil
    }
}
