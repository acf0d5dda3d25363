import ResourceModel

/// Placeholders in the paths of mounts, `{{.Task.Slot}}`, into which clusters put words of their own.
enum PathTemplate {
    /// Those that stand for a name, which has no slash in it and is neither `.` nor `..`.
    private static let names: Set<String> = [
        ".Service.ID", ".Service.Name", ".Node.ID", ".Node.Hostname", ".Task.ID", ".Task.Name", ".Task.Slot",
    ]
    private static let label = ".Service.Labels."

    /// The path with the service's labels put in, whose values can be anything; names stay as they are written.
    ///
    /// Nil: it has a placeholder that nobody can tell the value of from the manifest.
    ///
    /// - Parameter labels: Nil: they are not known.
    static func filled(_ path: String, labels: SortedMap<String>?) -> String? {
        var result = ""
        var rest = path[...]
        while let start = rest.firstRange(of: "{{") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else { return nil }
            let name = trimmed(rest[start.upperBound..<end.lowerBound])
            if names.contains(name) {
                result += rest[start.lowerBound..<end.upperBound]
            } else if name.hasPrefix(label), let value = labels?[String(name.dropFirst(label.count))] {
                result += value
            } else {
                return nil
            }
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
