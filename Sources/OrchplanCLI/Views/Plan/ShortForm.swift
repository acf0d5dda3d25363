import ResourceModel

/// Items of a service's lists in the short forms that manifests use, where those lose nothing.
enum ShortForm {
    /// The short form of one item of the list `field`; nil: it has none, or the short form would leave something out.
    static func text(_ field: String, _ item: CanonicalValue) -> StyledText? {
        guard let members = item.object else { return nil }
        let keys = members.map(\.key)
        switch field {
        case "ports": return port(item)
        case "mounts": return mount(item, keys)
        case "networks": return network(item, keys)
        case "dependsOn": return dependency(item, keys)
        case "secrets", "configs": return file(item, kind: field == "secrets" ? "secret" : "config")
        case "environment": return source(item, keys)
        default: return nil
        }
    }

    /// A port as `127.0.0.1:8080:80/tcp (http)`.
    private static func port(_ item: CanonicalValue) -> StyledText? {
        guard let target = item["target"]?.integer else { return nil }
        var text = "\(target)/\(item["protocol"]?.string ?? "tcp")"
        if let published = item["published"]?.string { text = "\(published):\(text)" }
        if let host = item["hostIP"]?.string {
            guard item["published"] != nil else { return nil }
            text = "\(host):\(text)"
        }
        var remarks: [String] = []
        if let name = item["name"]?.string { remarks.append(name) }
        if item["mode"]?.string == "host" { remarks.append("host mode") }
        return labelled(text, remarks)
    }

    /// A mount as `data:/var/lib/data:ro`.
    private static func mount(_ item: CanonicalValue, _ keys: [String]) -> StyledText? {
        guard !keys.contains("options"), let target = item["target"]?.string else { return nil }
        let mode = item["readOnly"] == .bool(true) ? ":ro" : ""
        switch (item["type"]?.string, item["source"]?.string) {
        case ("volume", let source?), ("bind", let source?): return StyledText("\(source):\(target)\(mode)")
        case ("tmpfs", nil): return labelled(target + mode, ["tmpfs"])
        case ("volume", nil): return labelled(target + mode, ["anonymous volume"])
        default: return nil
        }
    }

    private static func network(_ item: CanonicalValue, _ keys: [String]) -> StyledText? {
        guard !keys.contains("driverOptions"), let name = item["network"]?.string else { return nil }
        let aliases = (item["aliases"]?.array ?? []).compactMap(\.string)
        return labelled(name, aliases.isEmpty ? [] : ["as " + Words.list(aliases)])
    }

    private static func dependency(_ item: CanonicalValue, _ keys: [String]) -> StyledText? {
        guard let service = item["service"]?.string, let condition = item["condition"]?.string else { return nil }
        return labelled(service, [condition])
    }

    /// A file as `redis-password at /run/secrets/redis-password (object redis-password-1a2b, mode 0400)`.
    private static func file(_ item: CanonicalValue, kind: String) -> StyledText? {
        guard let source = item["source"]?.string else { return nil }
        let text = item["target"]?.string.map { "\(source) at \($0)" } ?? source
        var remarks: [String] = []
        for key in ["uid", "gid", "mode"] {
            if let value = item[key]?.string { remarks.append("\(key) \(value)") }
        }
        if let object = item["object"]?.string { remarks.append("object " + object) }
        return labelled(text, remarks)
    }

    /// An environment variable from a secret or config: `secret/redis-password (object …)`.
    private static func source(_ item: CanonicalValue, _ keys: [String]) -> StyledText? {
        for kind in ["secret", "config"] {
            guard let name = item[kind]?.string else { continue }
            return labelled("\(kind)/\(name)", item["object"]?.string.map { ["object " + $0] } ?? [])
        }
        return nil
    }

    private static func labelled(_ text: String, _ remarks: [String]) -> StyledText {
        remarks.isEmpty ? StyledText(text) : "\(text)\(" (\(remarks.joined(separator: ", ")))", .dim)"
    }
}
