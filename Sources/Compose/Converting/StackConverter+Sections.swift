import SourceDiagnostics

/// What stands beside the services: networks, volumes, secrets, configs.
extension StackConverter {
    var relocation: Relocation { Relocation(base: request.base, output: request.output) }

    mutating func networks() -> [ManifestDocument] {
        var documents: [ManifestDocument] = []
        if usesDefaultNetwork {
            var spec: [ManifestEntry] = []
            if request.isRunning { spec = running("default") }
            documents.append(
                Self.document(
                    "Network",
                    "default",
                    spec,
                    comments: ["The network of services that name none, which docker stack deploy makes by itself."],
                    nil
                )
            )
        }
        for entry in file.section("networks") {
            documents.append(section("Network", entry) { $0.network(entry) })
        }
        return documents
    }

    mutating func volumes() -> [ManifestDocument] {
        file.section("volumes").map { entry in section("Volume", entry) { $0.volume(entry) } }
    }

    mutating func secrets() -> [ManifestDocument] {
        file.section("secrets").map { entry in section("Secret", entry) { $0.content(entry, "secret") } }
    }

    mutating func configs() -> [ManifestDocument] {
        file.section("configs").map { entry in section("Config", entry) { $0.content(entry, "config") } }
    }

    /// The object of a stack that runs, which only its owner may change.
    func running(_ name: String) -> [ManifestEntry] {
        [ManifestEntry("external", .plain("true")), ManifestEntry("name", .text("\(project)_\(name)"))]
    }

    private mutating func section(
        _ kind: String,
        _ entry: ComposeEntry,
        _ convert: (inout SectionConverter) -> [ManifestEntry]
    ) -> ManifestDocument {
        begin(kind.lowercased(), entry, entry.value)
        let log = handOver()
        let start = log.losses.count
        var converter = SectionConverter(owner: "\(kind.lowercased())/\(entry.key)", stack: self, log: log)
        let spec = convert(&converter)
        self.log = converter.log
        return Self.document(
            kind,
            entry.key,
            spec,
            comments: ConversionLoss.comments(converter.log.losses[start...]),
            entry.keyRange
        )
    }

    private static func document(
        _ kind: String,
        _ name: String,
        _ spec: [ManifestEntry],
        comments: [String],
        _ origin: SourceRange?
    ) -> ManifestDocument {
        var entries = [
            ManifestEntry("apiVersion", .plain("orchplan/v1")), ManifestEntry("kind", .plain(kind)),
            ManifestEntry("metadata", .map([ManifestEntry("name", .text(name), origin)]), origin),
        ]
        if !spec.isEmpty { entries.append(ManifestEntry("spec", .map(spec, .block), origin)) }
        return ManifestDocument(comments: comments, entries: entries, origin: origin)
    }
}

/// Converts one network, volume, secret or config.
struct SectionConverter: Converting {
    let owner: String
    let stack: StackConverter
    var log: ConversionLog

    init(owner: String, stack: StackConverter, log: ConversionLog) {
        self.owner = owner
        self.stack = stack
        self.log = log
    }

    var values: [String: String] { stack.request.values }

    /// Whose it is: `external: true`, or the older `external: {name: …}`; the name outside is always said.
    mutating func external(_ entry: ComposeEntry) -> [ManifestEntry]? {
        guard let external = entry.value["external"] else { return nil }
        let older = external["name"]
        if external.entries == nil {
            guard let isExternal = external.text.flatMap(ComposeUnits.bool) else {
                wrongType(external, "external", "`true` or `false`")
                return nil
            }
            guard isExternal else { return nil }
        }
        let name = entry.value["name"]?.text ?? older?.text ?? entry.key
        for field in entry.value.entries ?? [] where !["external", "name", "driver"].contains(field.key) {
            if field.value.isNull || field.key.hasPrefix("x-") { continue }
            let reason = "what is external is only looked up"
            log.leftOut(field.key, of: owner, at: field.keyRange, because: reason)
        }
        return [
            ManifestEntry("external", .plain("true"), external.range),
            ManifestEntry("name", .text(name), entry.value["name"]?.range ?? external.range),
        ]
    }

    mutating func network(_ entry: ComposeEntry) -> [ManifestEntry] {
        if let external = external(entry) { return external }
        if stack.request.isRunning, !isNamed(entry) { return stack.running(entry.key) }
        var fields: [String: ManifestEntry] = [:]
        let known = [
            "name", "driver", "driver_opts", "attachable", "internal", "enable_ipv6", "ipam", "labels", "external",
        ]
        let omitted = ["enable_ipv4": OmittedKeys.Reason("networks have addresses of IPv4")]
        record(entry, "networks.\(entry.key)", known, omitted: omitted) { section, field in
            switch field.key {
            case "name": fields["name"] = section.name(field)
            case "driver": fields["driver"] = section.networkDriver(field)
            case "driver_opts": section.networkOptions(field, &fields)
            case "ipam": fields["ipam"] = section.addresses(field)
            case "labels": fields["labels"] = section.labels(field)
            case "external": break
            default:
                guard let value = section.bool(field.value, field.key), case .plain(let text) = value, text != "false"
                else { return }
                let name = field.key == "enable_ipv6" ? "ipv6" : field.key
                fields[name] = ManifestEntry(name, value, field.value.range)
            }
        }
        if stack.request.isRunning, let name = fields["name"] {
            return [ManifestEntry("external", .plain("true")), name]
        }
        let order = [
            "name", "driver", "driverOptions", "attachable", "internal", "encrypted", "ipv6", "ipam", "labels",
        ]
        return order.compactMap { fields[$0] }.filter { !$0.value.isEmpty }
    }

    private func isNamed(_ entry: ComposeEntry) -> Bool { entry.value["name"]?.text != nil }

    private mutating func name(_ field: ComposeEntry) -> ManifestEntry? {
        text(field.value, "name").map { ManifestEntry("name", .text($0), field.value.range) }
    }

    private mutating func labels(_ field: ComposeEntry) -> ManifestEntry? {
        map(field.value, "labels", .auto).map { ManifestEntry("labels", $0, field.keyRange) }
    }

    private mutating func networkDriver(_ field: ComposeEntry) -> ManifestEntry? {
        guard let driver = text(field.value, "driver"), !["", "default", "overlay"].contains(driver) else { return nil }
        guard stack.isSwarm, ["bridge", "host", "none", "macvlan", "ipvlan"].contains(driver) else {
            return ManifestEntry("driver", .text(driver), field.value.range)
        }
        log.leftOut(
            "driver",
            "`driver: \(driver)`",
            of: owner,
            at: field.value.range,
            because: "such a network is one node's own, so it is an overlay network here"
        )
        return nil
    }

    private mutating func networkOptions(_ field: ComposeEntry, _ fields: inout [String: ManifestEntry]) {
        let entries = field.value.entries ?? []
        if let encrypted = entries.first(where: { $0.key == "encrypted" }), encrypted.value.text != "false" {
            fields["encrypted"] = ManifestEntry("encrypted", .plain("true"), encrypted.keyRange)
        }
        let rest = ComposeNode(.map(entries.filter { $0.key != "encrypted" }), field.value.range)
        if let map = map(rest, "driver_opts", .auto) {
            fields["driverOptions"] = ManifestEntry("driverOptions", map, field.keyRange)
        }
    }

    private mutating func addresses(_ entry: ComposeEntry) -> ManifestEntry? {
        var fields: [ManifestEntry] = []
        let omitted = ["options": OmittedKeys.Reason("address management has no options")]
        record(entry, "ipam", ["driver", "config"], omitted: omitted) { section, field in
            if field.key == "driver" {
                guard let driver = section.text(field.value, "ipam.driver"), driver != "default" else { return }
                fields.insert(ManifestEntry("driver", .text(driver), field.value.range), at: 0)
                return
            }
            let subnets = (field.value.items ?? []).compactMap { section.subnet($0) }
            fields.append(ManifestEntry("subnets", .list(subnets), field.keyRange))
        }
        fields.removeAll { $0.value.isEmpty }
        return fields.isEmpty ? nil : ManifestEntry("ipam", .map(fields), entry.keyRange)
    }

    private mutating func subnet(_ node: ComposeNode) -> ManifestItem? {
        var fields: [String: ManifestEntry] = [:]
        let names = ["subnet": "subnet", "gateway": "gateway", "ip_range": "range"]
        let omitted = ["aux_addresses": OmittedKeys.Reason("addresses cannot be kept back")]
        let whole = ComposeEntry(key: "config", keyRange: node.range, value: node)
        record(whole, "ipam.config", Array(names.keys), omitted: omitted) { section, field in
            guard let name = names[field.key], let text = section.text(field.value, field.key) else { return }
            fields[name] = ManifestEntry(name, .text(text), field.value.range)
        }
        let all = ["subnet", "gateway", "range"].compactMap { fields[$0] }
        return all.isEmpty ? nil : ManifestItem(.map(all), node.range)
    }

    mutating func volume(_ entry: ComposeEntry) -> [ManifestEntry] {
        if let external = external(entry) { return external }
        if stack.request.isRunning, entry.value["driver"] != nil || entry.value["driver_opts"] != nil {
            log.leftOut(
                "driver_opts",
                of: owner,
                at: entry.keyRange,
                because: "a volume of a stack that runs is external, and nodes that do not have it make an empty one",
                help: "make it on every node that may run its services: `docker volume create --driver … --opt …`"
            )
        }
        if stack.request.isRunning, !isNamed(entry) { return stack.running(entry.key) }
        var fields: [String: ManifestEntry] = [:]
        let omitted = ["spec": OmittedKeys.Reason("cluster volumes have no place here")]
        let known = ["name", "driver", "driver_opts", "labels", "external"]
        record(entry, "volumes.\(entry.key)", known, omitted: omitted) { section, field in
            switch field.key {
            case "name": fields["name"] = section.name(field)
            case "labels": fields["labels"] = section.labels(field)
            case "driver_opts":
                guard let map = section.map(field.value, "driver_opts") else { return }
                fields["driverOptions"] = ManifestEntry("driverOptions", map, field.keyRange)
            case "driver":
                guard let driver = section.text(field.value, "driver"), !driver.isEmpty else { return }
                fields["driver"] = ManifestEntry("driver", .text(driver), field.value.range)
            default: break
            }
        }
        if stack.request.isRunning, let name = fields["name"] {
            return [ManifestEntry("external", .plain("true")), name]
        }
        return ["name", "driver", "driverOptions", "labels"].compactMap { fields[$0] }.filter { !$0.value.isEmpty }
    }
}
