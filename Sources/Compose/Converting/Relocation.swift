/// Paths of a Compose file, as a manifest in another folder names them.
struct Relocation: Sendable {
    /// What relative paths of the Compose file count from.
    var base: String
    /// The folder of the project file.
    var output: String

    /// The folder of the manifests, below that of the project file.
    static let folder = "manifests"

    /// A relative path, counted from the folder of the manifests; one that leaves the project becomes absolute.
    ///
    /// In a variable with a default, `${DATA:-./data}`, the default moves along.
    func moved(_ path: String) -> String {
        if var mention = VariableText.mentions(path).first, path.hasPrefix("$") {
            guard mention.mark.hasSuffix("-"), mention.word.hasPrefix(".") else { return path }
            let written = VariableText.written(mention)
            guard path.hasPrefix(written) else { return path }
            mention.word = moved(mention.word)
            return VariableText.written(mention) + path.dropFirst(written.count)
        }
        if path.hasPrefix("/") { return path }
        let absolute = Self.normalised(base + "/" + path)
        let isClosed = path.hasSuffix("/") && !absolute.hasSuffix("/")
        let ending = isClosed ? "/" : ""
        if absolute == output { return ".." + ending }
        guard absolute.hasPrefix(output == "/" ? "/" : output + "/") else { return absolute + ending }
        return "../" + absolute.dropFirst(output == "/" ? 1 : output.count + 1) + ending
    }

    /// Whether a path is the value of a variable alone, so that it may count from somewhere else tomorrow.
    static func startsWithVariable(_ path: String) -> Bool { path.hasPrefix("$") && !path.hasPrefix("$$") }

    static func normalised(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") {
            switch part {
            case ".": break
            case "..": if !parts.isEmpty { parts.removeLast() }
            default: parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/")
    }
}
