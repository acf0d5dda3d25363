import ResourceModel

/// Values of the engine as people write them in manifests.
enum FieldText {
    /// A text as it is, a list with commas, everything else as JSON.
    @Sendable
    static func any(_ value: CanonicalValue) -> String {
        if let text = value.string { return text }
        if let items = value.array, items.allSatisfy({ $0.string != nil }) {
            return items.compactMap(\.string).joined(separator: ", ")
        }
        return CanonicalText(value).text
    }

    /// An argument list on one line; arguments with spaces, and empty ones, are quoted.
    @Sendable
    static func words(_ value: CanonicalValue) -> String {
        (value.array ?? []).compactMap(\.string)
            .map { $0.isEmpty || $0.contains(where: \.isWhitespace) ? "'\($0)'" : $0 }
            .joined(separator: " ")
    }

    @Sendable
    static func duration(_ value: CanonicalValue) -> String {
        value.wholeNumber.map { Duration.nanoseconds($0).text } ?? any(value)
    }

    @Sendable
    static func cpus(_ value: CanonicalValue) -> String {
        value.wholeNumber.map { CPUCount(nanoCPUs: $0).text } ?? any(value)
    }

    @Sendable
    static func bytes(_ value: CanonicalValue) -> String {
        value.wholeNumber.map { ByteCount(bytes: $0).text } ?? any(value)
    }

    /// `on-failure` as manifests have it: `onFailure`.
    @Sendable
    static func camelCase(_ value: CanonicalValue) -> String {
        let parts = any(value).split(separator: "-").map(String.init)
        let rest = parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
        return ([parts.first ?? ""] + rest).joined()
    }

    /// Lines of a hosts file as `name:address`.
    @Sendable
    static func hosts(_ value: CanonicalValue) -> String {
        (value.array ?? []).compactMap(\.string)
            .map { line in
                let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
                return parts.count == 2 ? "\(parts[1]):\(parts[0])" : line
            }
            .joined(separator: ", ")
    }

    @Sendable
    static func platforms(_ value: CanonicalValue) -> String {
        (value.array ?? [])
            .map { [$0["OS"]?.string, $0["Architecture"]?.string].compactMap { $0 }.joined(separator: "/") }
            .joined(separator: ", ")
    }

    @Sendable
    static func privileges(_ value: CanonicalValue) -> String {
        var options: [String] = []
        for member in value.object ?? [] {
            switch member.key {
            case "NoNewPrivileges": options.append("no-new-privileges")
            case "Seccomp": options.append("seccomp=\(member.value["Mode"]?.string ?? "")")
            case "AppArmor":
                let mode = member.value["Mode"]?.string ?? ""
                options.append("apparmor=\(mode == "disabled" ? "unconfined" : mode)")
            case "SELinuxContext":
                for label in member.value.object ?? [] {
                    let key = label.key.lowercased()
                    options.append(key == "disable" ? "label=disable" : "label=\(key):\(any(label.value))")
                }
            default: options.append("\(member.key)=\(any(member.value))")
            }
        }
        return options.joined(separator: ", ")
    }
}
