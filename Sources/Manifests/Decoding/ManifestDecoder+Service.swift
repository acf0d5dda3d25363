import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// The short forms of a service's lists.
extension ManifestDecoder {
    /// One item of a list as a map.
    mutating func item<Record: ManifestRecord>(_ node: YAMLNode, into record: inout Record) -> Bool {
        guard node.isMapping else {
            wrongType(node, expected: "a map")
            return false
        }
        let faults = diagnostics.count
        fields(of: node, Record.table, into: &record)
        return diagnostics.count == faults
    }

    /// One item of a list as a name alone, or as a map.
    mutating func nameOrRecord<Record: ManifestRecord>(
        _ node: YAMLNode,
        into record: inout Record,
        _ set: (inout Record, String) -> Void
    ) -> Bool {
        if node.isMapping { return item(node, into: &record) }
        guard node.isScalar, !node.isNull else {
            wrongType(node, expected: "a name or a map")
            return false
        }
        guard let name = text(node) else { return false }
        set(&record, name)
        return true
    }

    mutating func ports(_ node: YAMLNode, into ports: inout [PortSpec]) {
        guard node.isSequence else {
            wrongType(node, expected: "a list", help: node.isScalar ? [asList(node)] : [])
            return
        }
        if isOverlay { startOrigins("ports", count: ports.count) } else { ports.removeAll() }
        var known = PortIndex(isOverlay ? ports : [])
        for (position, item) in node.items.enumerated() {
            let origin = ItemOrigin(layer: layer, item: position)
            for port in self.port(item: item, merging: ports, known) {
                if isOverlay, let index = known[port] {
                    known.insert(port, at: index)
                    ports[index] = port
                    origins["ports"]?[index] = origin
                    continue
                }
                if isOverlay { known.insert(port, at: ports.count) }
                if ports.count != position || origins["ports"] != nil {
                    startOrigins("ports", count: ports.count)
                    origins["ports"]?.append(origin)
                }
                ports.append(port)
            }
        }
    }

    /// Where which port is in a list: two entries name the same port by name where both have one, else by target and
    /// protocol.
    private struct PortIndex {
        private struct Target: Hashable {
            var number: Int
            var transport: TransportProtocol
        }

        private var names: [String: Int] = [:]
        private var targets: [Target: Int] = [:]
        private var unnamed: [Target: Int] = [:]

        init(_ ports: [PortSpec]) {
            for (index, port) in ports.enumerated() { insert(port, at: index) }
        }

        mutating func insert(_ port: PortSpec, at index: Int) {
            let target = Target(number: port.target, transport: port.transport)
            targets[target] = min(index, targets[target] ?? index)
            if let name = port.name {
                names[name] = min(index, names[name] ?? index)
            } else {
                unnamed[target] = min(index, unnamed[target] ?? index)
            }
        }

        subscript(port: PortSpec) -> Int? {
            let target = Target(number: port.target, transport: port.transport)
            guard let name = port.name else { return targets[target] }
            return names[name] ?? unnamed[target]
        }
    }

    /// The ports that one item stands for; a map in an overlay starts from the port that it names.
    private mutating func port(item: YAMLNode, merging ports: [PortSpec], _ index: PortIndex) -> [PortSpec] {
        field = "ports"
        if item.isMapping {
            var port = PortSpec()
            let faults = diagnostics.count
            guard self.item(item, into: &port) else { return [] }
            if isOverlay, let known = index[port] {
                diagnostics.removeSubrange(faults...)
                port = ports[known]
                _ = self.item(item, into: &port)
            }
            return [port]
        }
        guard let bytes = bytes(item, "a port, a short port or a map") else { return [] }
        do throws(PortText.Fault) {
            return try PortText.ports(String(decoding: bytes, as: UTF8.self))
        } catch {
            let empty = wasExpanded ? emptyVariables(of: item).first : nil
            badValue(
                .invalidPort,
                item,
                empty.map { "\(error.message), because `${\($0)}` is empty" } ?? error.message,
                help: (empty.map { "give it a value or a default: `${\($0):-…}`" } ?? error.help).map { [$0] } ?? []
            )
            return []
        }
    }

    /// A short mount `[SOURCE:]TARGET[:OPTIONS]`, or a map.
    mutating func mount(_ node: YAMLNode, into mount: inout MountSpec) -> Bool {
        if node.isMapping {
            guard item(node, into: &mount) else { return false }
            if mount.type == .bind, let source = mount.source { mount.source = hostPath(source, node) ?? source }
            return true
        }
        guard let text = text(node, .mount) else { return false }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 3, !parts.contains("") else {
            badValue(
                .invalidText,
                node,
                "`\(Self.shortened(text))` is no short mount",
                help: ["write `data:/var/lib/data:ro`"]
            )
            return false
        }
        mount = MountSpec()
        mount.target = parts.count == 1 ? parts[0] : parts[1]
        if parts.count > 1 { mount.source = parts[0] }
        guard mount.target.hasPrefix("/") else {
            badValue(
                .invalidPath,
                node,
                "`\(mount.target)` is not an absolute path",
                help: ["paths inside an instance start with `/`"]
            )
            return false
        }
        if let source = mount.source, source.hasPrefix("/") || source.hasPrefix(".") || source.hasPrefix("~") {
            mount.type = .bind
            guard let path = hostPath(source, node) else { return false }
            mount.source = path
        }
        return parts.count < 3 || mountOptions(parts[2], node, &mount)
    }

    /// A directory of the host, relative to the manifest's own.
    private mutating func hostPath(_ path: String, _ node: YAMLNode) -> String? {
        if path.hasPrefix("~") {
            badValue(
                .invalidPath,
                node,
                "`\(Self.shortened(path))` depends on who runs it",
                help: ["write the whole path"]
            )
            return nil
        }
        let resolved = PathRules.joined(directory, path)
        // An absolute path says where it leads; one that climbs out is easily one step too many.
        if !path.hasPrefix("/"), PathRules.relative(resolved, to: context.root) == nil {
            report(
                .outsideMount,
                "the source `\(Self.shortened(path))` leaves the project: it is `\(Self.shortened(resolved))`",
                at: (node.isMapping ? node["source"] ?? node : node).smallRange,
                severity: .warning,
                help: ["write the whole path if that is meant; relative ones start at the manifest's folder"]
            )
        }
        return resolved
    }

    private mutating func mountOptions(_ text: String, _ node: YAMLNode, _ mount: inout MountSpec) -> Bool {
        let options = text.split(separator: ",", omittingEmptySubsequences: false)
        for clash in [["ro", "rw"], ["z", "Z"]] where clash.allSatisfy({ options.contains($0[...]) }) {
            badValue(.conflict, node, "`\(clash[0])` and `\(clash[1])` of a mount exclude each other")
            return false
        }
        for option in options {
            switch option {
            case "ro": mount.readOnly = true
            case "rw": mount.readOnly = false
            case "z", "Z": mount.options["selinux"] = String(option)
            case "nocopy": mount.options["nocopy"] = "true"
            default:
                badValue(
                    .unknownValue,
                    node,
                    "`\(Self.shortened(String(option)))` is no option of a mount",
                    help: ["options are ro, rw, z, Z and nocopy"]
                )
                return false
            }
        }
        return true
    }

    mutating func ulimits(_ node: YAMLNode, into ulimits: inout SortedMap<Ulimit>) {
        guard node.isMapping else {
            wrongType(node, expected: "a map")
            return
        }
        if !isOverlay { ulimits = [:] }
        for pair in node.pairs {
            field = "ulimits"
            let name = pair.key.text
            guard KernelNames.limits.contains(name) else {
                unknownLimit(pair.key, of: node)
                continue
            }
            if pair.value.isNull {
                if isOverlay { ulimits[name] = nil } else { reportNull(pair.value) }
            } else if pair.value.isMapping {
                var limit = isOverlay ? ulimits[name] ?? Ulimit() : Ulimit()
                if item(pair.value, into: &limit) { ulimits[name] = limit }
            } else if let number = integer(pair.value, in: -1 ... .max) {
                ulimits[name] = Ulimit(soft: number, hard: number)
            }
        }
    }

    private mutating func unknownLimit(_ key: YAMLNode, of ulimits: YAMLNode) {
        let bare = key.text.lowercased()
        let name = bare.hasPrefix("rlimit_") ? String(bare.dropFirst(7)) : bare
        let near = KernelNames.limits.contains(name) ? name : Suggestion.nearest(name, in: KernelNames.limits)
        report(
            .unknownValue,
            "the kernel has no limit `\(Self.shortened(key.text))`",
            at: key.range,
            notes: near == nil ? ["known: " + KernelNames.limits.sorted().joined(separator: ", ")] : [],
            mending: near.map { [rename("did you mean `\($0)`?", key, $0, in: ulimits)] } ?? []
        )
    }

    /// A list of capabilities of the kernel.
    mutating func capabilities(_ node: YAMLNode) -> [String]? {
        guard node.isSequence else { return texts(node) }
        return node.items.compactMap { item in
            guard let name = text(item) else { return nil }
            if KernelNames.isCapability(name) { return name }
            report(
                .unknownValue,
                "the kernel has no capability `\(Self.shortened(name))`",
                at: item.smallRange,
                mending: KernelNames.nearCapability(name)
                    .map { [mend("did you mean `\($0)`?", item, $0, keepsQuotes: true)] }
                    ?? [Help("see capabilities(7): `NET_ADMIN`, with or without `CAP_`, or `ALL`")]
            )
            return nil
        }
    }
}
