/// Paths as text: nothing here looks at a disk.
enum PathRules {
    /// What is wrong with an absolute path inside an instance, if anything.
    static func absoluteFault(_ bytes: Bytes) -> FormatFault? {
        guard bytes.first == UInt8(ascii: "/") else {
            return FormatFault(
                code: .invalidPath,
                message: { "`\($0)` is not an absolute path" },
                help: ["paths inside an instance start with `/`"]
            )
        }
        return nil
    }

    /// The path without `.`, `..` and double slashes; `..` that would leave the top of an absolute path is dropped.
    static func normalised(_ path: String) -> String {
        let isAbsolute = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") {
            switch part {
            case ".": break
            case "..":
                if let last = parts.last, last != ".." {
                    parts.removeLast()
                } else if !isAbsolute {
                    parts.append(part)
                }
            default: parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return isAbsolute ? "/" + joined : joined.isEmpty ? "." : joined
    }

    /// A path below a directory, unless it is absolute itself.
    static func joined(_ directory: String, _ path: String) -> String {
        if path.hasPrefix("/") { return normalised(path) }
        return normalised(directory.isEmpty ? path : directory + "/" + path)
    }

    /// The path relative to a directory that holds it; nil when it is outside. Both are absolute and normalised.
    static func relative(_ path: String, to directory: String) -> String? {
        if path == directory { return "." }
        let prefix = directory == "/" ? "/" : directory + "/"
        guard path.hasPrefix(prefix) else { return nil }
        return String(path.dropFirst(prefix.count))
    }

    /// The directory that holds a path.
    static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    static func name(_ path: String) -> Substring {
        path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    }
}
