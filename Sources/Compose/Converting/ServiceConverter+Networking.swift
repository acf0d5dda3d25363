import SourceDiagnostics

/// What the service is reached by, and whom it knows.
extension ServiceConverter {
    mutating func networks(_ entry: ComposeEntry) {
        let declared = stack.names(in: "networks")
        var items: [ManifestItem] = []
        for written in entry.value.namesAsMap.entries ?? [] {
            guard let network = named(written, "network", declared + ["default"]) else { continue }
            let isDefault = network.key == "default"
            if isDefault, !declared.contains("default") { usesDefaultNetwork = true }
            var fields = [ManifestEntry("network", .text(network.key), network.keyRange)]
            let omitted = Self.omittedOfNetworks
            record(network, "networks.\(network.key)", ["aliases", "driver_opts"], omitted: omitted) { service, field in
                if field.key == "aliases" {
                    let aliases = service.texts(field.value, "aliases")
                    fields.append(ManifestEntry("aliases", .texts(aliases), field.keyRange))
                } else if let map = service.map(field.value, "driver_opts", .auto) {
                    fields.append(ManifestEntry("driverOptions", map, field.keyRange))
                }
            }
            fields.removeAll { $0.value.isEmpty }
            items.append(ManifestItem(fields.count == 1 ? fields[0].value : .map(fields), network.keyRange))
        }
        guard !items.isEmpty else {
            if entry.value.items != nil || entry.value.entries != nil { attachDefaultNetwork(entry) }
            return
        }
        set("networks", .list(items), entry.keyRange)
    }

    private static let omittedOfNetworks: [String: OmittedKeys.Reason] = {
        let address = OmittedKeys.Reason(
            "instances get their addresses from the network",
            help: "use the service's name or an alias"
        )
        let first = OmittedKeys.Reason("networks have no order")
        return [
            "ipv4_address": address, "ipv6_address": address, "link_local_ips": address, "mac_address": address,
            "priority": first, "gw_priority": first, "interface_name": OmittedKeys.Reason("interfaces have no names"),
        ]
    }()

    /// Where nothing is said, a stack puts a service on its network `default`.
    mutating func attachDefaultNetwork(_ entry: ComposeEntry) {
        guard isSwarm || stack.names(in: "networks").contains("default") else { return }
        if !stack.names(in: "networks").contains("default") { usesDefaultNetwork = true }
        set("networks", .list([ManifestItem(.text("default"), entry.keyRange)]), entry.keyRange)
    }

    /// An entry whose key names a resource, with variables put in: names in manifests hold none.
    private mutating func named(_ entry: ComposeEntry, _ kind: String, _ declared: [String]) -> ComposeEntry? {
        if declared.contains(entry.key) { return entry }
        guard VariableText.hasVariable(entry.key) else {
            undeclared(kind, entry.key, declared.filter { $0 != "default" }, entry.keyRange)
            return nil
        }
        let name = VariableText.mentions(entry.key).first?.name ?? "NAME"
        guard let resolved = VariableText.resolved(entry.key, values) else {
            log.error(
                .unconvertible,
                "the \(kind) is named by the variable `\(name)`, which has no value, and manifests name it themselves",
                at: entry.keyRange,
                help: ["say what it is: `--var \(name)=VALUE`, or `--env-file FILE`"]
            )
            return nil
        }
        guard declared.contains(resolved) else {
            undeclared(kind, resolved, declared.filter { $0 != "default" }, entry.keyRange)
            return nil
        }
        log.changed(
            kind == "service" ? "depends_on" : "networks",
            of: owner,
            at: entry.keyRange,
            "its variable became `\(resolved)`, since names in manifests hold none"
        )
        return ComposeEntry(key: resolved, keyRange: entry.keyRange, value: entry.value)
    }

    mutating func undeclared(_ kind: String, _ name: String, _ declared: [String], _ range: SourceRange) {
        let near = Suggestion.nearest(name, in: declared)
        log.error(
            .undeclared,
            "the \(kind) `\(ComposeNode.shortened(name))` is not declared",
            at: range,
            help: [
                near.map { "did you mean `\($0)`?" }
                    ?? "declare it under `\(kind)s` at the top, or name the file that does, too"
            ]
        )
    }

    mutating func extraHosts(_ entry: ComposeEntry) {
        var hosts: [(String, SourceRange)] = []
        if let entries = entry.value.entries {
            for host in entries {
                for address in texts(host.value, "extra_hosts") {
                    hosts.append(("\(host.key):\(address.0)", address.1))
                }
            }
        } else {
            hosts = texts(entry.value, "extra_hosts")
        }
        for host in hosts where host.0.hasSuffix("host-gateway") {
            log.leftOut(
                "extra_hosts",
                "the host `\(ComposeNode.shortened(host.0))`",
                of: owner,
                at: host.1,
                because: "services have no gateway to their host",
                help: "write the address: `NAME:10.0.0.7`"
            )
        }
        set("extraHosts", .texts(hosts.filter { !$0.0.hasSuffix("host-gateway") }), entry.keyRange)
    }

    mutating func dependencies(_ entry: ComposeEntry) {
        let declared = stack.names(in: "services")
        var items: [ManifestItem] = []
        for written in entry.value.namesAsMap.entries ?? [] {
            guard let dependency = named(written, "service", declared) else { continue }
            guard !stack.omitted.contains(dependency.key) else {
                log.leftOut(
                    "depends_on.\(dependency.key)",
                    of: owner,
                    at: dependency.keyRange,
                    because: "the service is left out itself"
                )
                continue
            }
            var condition = "started"
            record(dependency, "depends_on.\(dependency.key)", ["condition", "required", "restart"]) { service, field in
                let words = [
                    ("service_started", "started"), ("service_healthy", "healthy"),
                    ("service_completed_successfully", "completed"),
                ]
                let key = "depends_on.\(dependency.key).\(field.key)"
                if field.key == "condition" {
                    condition = service.word(field.value, key, words) ?? condition
                } else if field.key == "required" ? field.value.text == "false" : field.value.text == "true" {
                    service.log.leftOut(
                        key,
                        of: service.owner,
                        at: field.keyRange,
                        because: field.key == "required"
                            ? "what is declared is there" : "a rollout of one service is none of another"
                    )
                }
            }
            if condition == "completed", !isJob(dependency.key) {
                condition = "started"
                log.changed(
                    "depends_on.\(dependency.key)",
                    of: owner,
                    at: dependency.keyRange,
                    "a service that is no job never completes, so it is waited for until it has started",
                    help: "make it a job, `mode: replicatedJob`, and write `condition: completed`"
                )
            }
            let name = ManifestEntry("service", .text(dependency.key), dependency.keyRange)
            items.append(
                ManifestItem(.map([name, ManifestEntry("condition", .plain(condition))]), dependency.keyRange)
            )
        }
        set("dependsOn", .list(items, .block), entry.keyRange)
    }

    private func isJob(_ service: String) -> Bool {
        let definition = stack.file.section("services").first { $0.key == service }?.value
        return definition?["deploy"]?["mode"]?.text?.hasSuffix("-job") ?? false
    }

    /// Secrets or configs as files.
    mutating func files(_ section: String, _ entry: ComposeEntry) {
        let declared = stack.names(in: section)
        let kind = String(section.dropLast())
        var items: [ManifestItem] = []
        for item in entry.value.items ?? [] {
            let source = item.text ?? item["source"]?.text ?? ""
            guard declared.contains(source) else {
                undeclared(kind, source, declared, item["source"]?.range ?? item.range)
                continue
            }
            var fields: [String: ManifestEntry] = [:]
            if item.text == nil {
                let whole = ComposeEntry(key: section, keyRange: item.range, value: item)
                record(whole, section, ["source", "target", "uid", "gid", "mode"]) { service, field in
                    if field.key == "mode" {
                        fields["mode"] = service.fileMode(field, "\(section).mode")
                    } else if field.key != "source", let text = service.text(field.value, "\(section).\(field.key)") {
                        fields[field.key] = ManifestEntry(field.key, .text(text), field.value.range)
                    }
                }
            }
            // A secret of the local driver is for its own user alone; in Compose everybody reads it.
            if !isSwarm, fields["mode"] == nil { fields["mode"] = ManifestEntry("mode", .text("0444")) }
            let name = ManifestEntry("source", .text(source), item.range)
            let rest = ["target", "uid", "gid", "mode"].compactMap { fields[$0] }
            items.append(ManifestItem(rest.isEmpty ? name.value : .map([name] + rest), item.range))
        }
        if entry.value.items == nil { wrongType(entry.value, section, "a list") }
        set(section, .list(items), entry.keyRange)
    }

    private mutating func fileMode(_ field: ComposeEntry, _ key: String) -> ManifestEntry? {
        guard case .scalar(let text, let isPlain) = field.value.content,
            let (mode, wasDecimal) = ComposeUnits.mode(text, isPlain: isPlain)
        else {
            log.error(
                .composeValue,
                "`\(key)` cannot be \(field.value.described)",
                at: field.value.range,
                help: ["write it as `0440`"]
            )
            return nil
        }
        if wasDecimal, mode.bits != 0 {
            log.changed(
                key,
                of: owner,
                at: field.value.range,
                "\(text) is a decimal number, and stands for the mode \(mode.text)",
                help: "write \"0\(text)\" if that is what is meant"
            )
        }
        return ManifestEntry("mode", .text(mode.text), field.value.range)
    }
}
