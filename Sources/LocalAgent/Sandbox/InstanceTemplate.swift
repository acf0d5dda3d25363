import ResourceModel

/// Expands the placeholders that SwarmKit knows in environments, host names and mount sources.
struct InstanceTemplate {
    private let values: [String: String]
    private let labels: SortedMap<String>

    init(_ request: SandboxRequest) {
        values = [
            ".Service.ID": request.service, ".Service.Name": request.service,
            ".Node.ID": request.nodeName, ".Node.Hostname": request.nodeName,
            ".Task.ID": request.instance, ".Task.Name": request.instance, ".Task.Slot": "\(request.slot)",
        ]
        labels = request.spec.labels
    }

    /// The text with every `{{.Name}}` replaced; `{{` followed by anything but a dot stays as it is.
    func expand(_ text: String) throws(AgentError) -> String {
        guard text.contains("{{") else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "{{") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else { break }
            let name = Self.trimmed(rest[start.upperBound..<end.lowerBound])
            if name.hasPrefix(".") {
                result += try value(of: name)
            } else {
                result += rest[start.lowerBound..<end.upperBound]
            }
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    private func value(of name: String) throws(AgentError) -> String {
        if let value = values[name] { return value }
        let prefix = ".Service.Labels."
        if name.hasPrefix(prefix) { return labels[String(name.dropFirst(prefix.count))] ?? "" }
        let known = values.keys.sorted().joined(separator: ", ")
        throw AgentError(.invalid, "unknown placeholder {{\(name)}}", help: "known ones are \(known)")
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
