import SourceDiagnostics

/// Published ports.
extension ServiceConverter {
    mutating func ports(_ entry: ComposeEntry) {
        guard let list = entry.value.items else {
            wrongType(entry.value, "ports", "a list")
            return
        }
        var items: [ManifestItem] = []
        var known: Set<String> = []
        for item in list {
            let value = item.text.map { shortPort($0, item.range) } ?? longPort(item)
            guard let value else { continue }
            // The same port twice is one to Docker.
            guard known.insert("\(value)").inserted || item.text == nil else { continue }
            items.append(ManifestItem(value, item.range))
        }
        set("ports", .list(items + exposed(besides: list), .block), entry.keyRange)
    }

    /// Ports that are told, and not published.
    mutating func exposed(besides published: [ComposeNode]) -> [ManifestItem] {
        guard let expose = definition["expose"] else { return [] }
        let taken = Set(published.compactMap { port in port.text.map(Self.target) ?? port["target"]?.text })
        var seen: Set<String> = []
        return texts(expose, "expose")
            .compactMap { port in
                let number = port.0.hasSuffix("/tcp") ? String(port.0.dropLast(4)) : port.0
                guard !taken.contains(number), seen.insert(number).inserted else { return nil }
                return ManifestItem(Int(number) == nil ? .text(number) : .plain(number), port.1)
            }
    }

    private static func target(_ text: String) -> String {
        let last = VariableText.split(text, at: ":").last ?? text
        return VariableText.split(last, at: "/")[0]
    }

    private mutating func shortPort(_ text: String, _ range: SourceRange) -> ManifestValue? {
        let transport = VariableText.split(text, at: "/")
        if transport.count > 1, !hasTransport(transport[1], range) { return nil }
        var parts = VariableText.split(transport[0], at: ":")
        let target = parts.removeLast()
        let published = parts.isEmpty ? "" : parts.removeLast()
        // An address of IPv6 may stand without brackets.
        let address = parts.joined(separator: ":")
        let ending = transport.count > 1 && transport[1] != "tcp" ? "/" + transport[1] : ""
        guard !published.isEmpty else {
            withoutPublished(target, range)
            return Int(target) == nil || !ending.isEmpty ? .text(target + ending) : .plain(target)
        }
        if hasAddress(address, range) { return .text("\(address):\(published):\(target)\(ending)") }
        return .text("\(published):\(target)\(ending)")
    }

    private mutating func longPort(_ item: ComposeNode) -> ManifestValue? {
        guard item.entries != nil else {
            wrongType(item, "ports", "a port or a map")
            return nil
        }
        var fields: [String: ManifestEntry] = [:]
        var isKnown = true
        let whole = ComposeEntry(key: "ports", keyRange: item.range, value: item)
        let omitted = ["app_protocol": OmittedKeys.Reason("nothing here reads it")]
        let known = ["name", "target", "published", "protocol", "mode", "host_ip"]
        record(whole, "ports", known, omitted: omitted) { service, field in
            guard let text = service.text(field.value, "ports.\(field.key)"), !text.isEmpty else { return }
            switch field.key {
            case "name": fields["name"] = ManifestEntry("name", .text(text), field.value.range)
            case "host_ip":
                if service.hasAddress(text, field.value.range) {
                    fields["hostIP"] = ManifestEntry("hostIP", .text(text), field.value.range)
                }
            case "protocol":
                isKnown = service.hasTransport(text, field.value.range) && isKnown
                if text != "tcp" { fields["protocol"] = ManifestEntry("protocol", .plain(text), field.value.range) }
            case "mode":
                let words = [("ingress", "ingress"), ("host", "host")]
                guard let word = service.word(field.value, "ports.mode", words), word == "host" else { return }
                fields["mode"] = ManifestEntry("mode", .plain(word), field.value.range)
            default: fields[field.key] = ManifestEntry(field.key, .plain(text), field.value.range)
            }
        }
        guard isKnown else { return nil }
        guard let target = item["target"]?.text else {
            log.error(.composeValue, "a port has no `target`", at: item.range, help: ["write `target: 80`"])
            return nil
        }
        if fields["published"] == nil { withoutPublished(target, item.range) }
        let order = ["name", "target", "published", "protocol", "mode", "hostIP"]
        return .map(order.compactMap { fields[$0] })
    }

    private mutating func withoutPublished(_ target: String, _ range: SourceRange) {
        log.changed(
            "ports",
            of: owner,
            at: range,
            "Docker publishes \(target) on a port of its own choosing, and here it stays inside",
            help: "name the port that it is published on: `\"8080:\(target)\"`"
        )
    }

    /// Whether an address to listen on can be kept; a swarm listens on all of them.
    private mutating func hasAddress(_ address: String, _ range: SourceRange) -> Bool {
        let isEverywhere = ["", "0.0.0.0", "::", "[::]"].contains(address)
        guard isSwarm, !isEverywhere else { return !isEverywhere }
        log.leftOut(
            "ports.host_ip",
            "the address `\(ComposeNode.shortened(address))` of a port",
            of: owner,
            at: range,
            because: "a swarm publishes it on every address of its nodes, so others may reach it, too",
            help: "remove the port where only services use it: they reach it over a network; or let a firewall keep "
                + "others away"
        )
        return false
    }

    private mutating func hasTransport(_ text: String, _ range: SourceRange) -> Bool {
        if text == "tcp" || text == "udp" || VariableText.hasVariable(text) { return true }
        if text == "sctp" {
            log.leftOut(
                "ports",
                "a port of sctp",
                of: owner,
                at: range,
                because: "ports here are of tcp or udp; the other ports stay",
                help: "publish it by other means, such as a program on the nodes that hands it on"
            )
        } else {
            log.error(.composeValue, "the protocol of a port is tcp or udp, not `\(text)`", at: range)
        }
        return false
    }
}
