/// Paths as text: nothing here looks at a disk.
package enum PathRules {
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
    package static func normalised(_ path: String) -> String {
        if isNormalised(path) { return path }
        let isAbsolute = path.utf8.first == UInt8(ascii: "/")
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

    /// Whether a path surely has no `.`, `..`, double or closing slash; told from its bytes, without a copy.
    static func isNormalised(_ path: String) -> Bool {
        var previous: UInt8 = 0
        var path = path
        return path.withUTF8 { bytes in
            for byte in bytes {
                if previous == UInt8(ascii: "/"), byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") {
                    return false
                }
                previous = byte
            }
            return !bytes.isEmpty && bytes[0] != UInt8(ascii: ".")
                && (previous != UInt8(ascii: "/") || bytes.count == 1)
        }
    }

    /// A path below a directory, unless it is absolute itself.
    package static func joined(_ directory: String, _ path: String) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return isNormalised(path) ? path : normalised(path) }
        return normalised(directory.isEmpty ? path : directory + "/" + path)
    }

    /// The path relative to a directory that holds it.
    ///
    /// Nil when it is outside; both are absolute and normalised.
    package static func relative(_ path: String, to directory: String) -> String? {
        if path == directory { return "." }
        let prefix = directory == "/" ? "/" : directory + "/"
        // Bytes, as the kernel compares them: no canonical equivalence of characters.
        guard path.utf8.starts(with: prefix.utf8) else { return nil }
        return String(decoding: path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }

    /// The directory that holds a path.
    package static func parent(_ path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    package static func name(_ path: String) -> Substring {
        path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    }
}
