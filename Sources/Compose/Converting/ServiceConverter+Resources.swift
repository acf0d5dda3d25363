import SourceDiagnostics

/// What instances may use, and what the kernel lets them do.
extension ServiceConverter {
    mutating func resources(_ entry: ComposeEntry) {
        record(entry, "deploy.resources", ["limits", "reservations"]) { service, section in
            let isLimits = section.key == "limits"
            let title = "deploy.resources.\(section.key)"
            let known = ["cpus", "memory", "pids", "generic_resources"]
            let omitted = [
                "devices": OmittedKeys.Reason(
                    "a swarm knows no devices, and `docker stack deploy` ignores them",
                    help: "reserve a generic resource of the nodes: `devices: {gpu: \"1\"}`"
                )
            ]
            service.record(section, title, known, omitted: omitted) { service, field in
                if field.key == "generic_resources" {
                    service.genericResources(field, title)
                } else if field.key == "pids", !isLimits {
                    service.log.leftOut(
                        "\(title).pids",
                        of: service.owner,
                        at: field.keyRange,
                        because: "processes are limited, and not reserved"
                    )
                } else {
                    service.limit(field.key, field, ofLimits: isLimits)
                }
            }
        }
    }

    /// A limit or a reservation, from `deploy.resources` or from the older keys at the service itself.
    mutating func limit(_ name: String, _ entry: ComposeEntry, ofLimits: Bool) {
        let value: ManifestValue?
        switch name {
        case "cpus": value = typed(entry.value, entry.key, "`0.5`", ComposeUnits.cpus)
        case "memory": value = size(entry.value, entry.key)
        default: value = integer(entry.value, entry.key)
        }
        // Nothing, or less, stands for no limit.
        if let text = entry.value.text, text.hasPrefix("-") || Double(text) == 0 { return }
        guard let value else { return }
        put(ManifestEntry(name, value, entry.value.range), ofLimits: ofLimits, entry.keyRange)
    }

    private mutating func genericResources(_ entry: ComposeEntry, _ title: String) {
        var devices: [ManifestEntry] = []
        for item in entry.value.items ?? [] {
            guard let spec = item["discrete_resource_spec"], let kind = spec["kind"]?.text,
                let count = spec["value"]?.text
            else {
                wrongType(item, "\(title).generic_resources", "`{discrete_resource_spec: {kind: …, value: …}}`")
                continue
            }
            devices.append(ManifestEntry(kind, .text(count), item.range))
        }
        guard !devices.isEmpty else { return }
        put(ManifestEntry("devices", .map(devices), entry.keyRange), ofLimits: false, entry.keyRange)
    }

    private mutating func put(_ entry: ManifestEntry, ofLimits: Bool, _ origin: SourceRange) {
        let name = ofLimits ? "limits" : "reservations"
        var sections: [String: [ManifestEntry]] = [:]
        if case .map(let known, _)? = fields["resources"]?.value {
            for section in known { if case .map(let entries, _) = section.value { sections[section.key] = entries } }
        }
        var own = sections[name, default: []].filter { $0.key != entry.key }
        own.append(entry)
        let order = ["cpus", "memory", "pids", "devices"]
        sections[name] = own.sorted { order.firstIndex(of: $0.key) ?? 9 < order.firstIndex(of: $1.key) ?? 9 }
        let all = ["limits", "reservations"]
            .compactMap { name in
                sections[name].map { ManifestEntry(name, .map($0), origin) }
            }
        set("resources", .map(all, .block), origin)
    }

    mutating func ulimits(_ entry: ComposeEntry) {
        var limits: [ManifestEntry] = []
        for limit in entry.value.entries ?? [] {
            let key = "ulimits.\(limit.key)"
            if limit.value.entries == nil {
                guard let value = integer(limit.value, key) else { continue }
                limits.append(ManifestEntry(limit.key, value, limit.value.range))
                continue
            }
            guard let soft = limit.value["soft"], let hard = limit.value["hard"] else {
                wrongType(limit.value, key, "a number, or `soft` and `hard`")
                continue
            }
            guard let softValue = integer(soft, key), let hardValue = integer(hard, key) else { continue }
            let both = [ManifestEntry("soft", softValue, soft.range), ManifestEntry("hard", hardValue, hard.range)]
            limits.append(ManifestEntry(limit.key, .map(both), limit.keyRange))
        }
        set("ulimits", .map(limits, limits.count > 1 ? .block : .auto), entry.keyRange)
    }

    mutating func sharedMemory(_ entry: ComposeEntry) {
        guard let value = size(entry.value, "shm_size") else { return }
        set("shmSize", value, entry.value.range)
        ignoredByStacks(entry)
    }

    /// Something that `docker stack deploy` ignores, and orchplan does.
    mutating func ignoredByStacks(_ entry: ComposeEntry) {
        guard isSwarm else { return }
        log.changed(entry.key, of: owner, at: entry.keyRange, "`docker stack deploy` ignores it, and orchplan does it")
    }

    mutating func securityOptions(_ entry: ComposeEntry) {
        var kept: [(String, SourceRange)] = []
        for option in texts(entry.value, "security_opt") {
            let name = option.0.prefix { $0 != "=" && $0 != ":" }
            let isPlain = option.0.hasSuffix("unconfined") && ["seccomp", "apparmor", "systempaths"].contains(name)
            if !isSwarm || name == "no-new-privileges" || name == "label" || (isPlain && name != "systempaths") {
                kept.append(option)
            } else {
                log.leftOut(
                    "security_opt",
                    "the security option `\(ComposeNode.shortened(option.0))`",
                    of: owner,
                    at: option.1,
                    because: "the engine gives it to no service"
                )
            }
        }
        guard !kept.isEmpty else { return }
        set("securityOptions", .texts(kept), entry.keyRange)
        ignoredByStacks(entry)
    }

    mutating func devices(_ entry: ComposeEntry) {
        let devices = texts(entry.value, "devices")
        guard !devices.isEmpty else { return }
        guard isSwarm else { return set("devices", .texts(devices), entry.keyRange) }
        log.leftOut(
            "devices",
            of: owner,
            at: entry.keyRange,
            because: "services have no devices, and `docker stack deploy` ignores them",
            help: "bind-mount what the program needs, or reserve a generic resource of the nodes"
        )
    }

    mutating func privileged(_ entry: ComposeEntry) {
        guard let value = bool(entry.value, "privileged") else { return }
        if case .plain("false") = value { return }
        guard isSwarm else { return set("privileged", value, entry.value.range) }
        log.leftOut(
            "privileged",
            of: owner,
            at: entry.keyRange,
            because: "services cannot be, and `docker stack deploy` ignores it",
            help: "add what is needed to `capAdd`"
        )
    }
}
