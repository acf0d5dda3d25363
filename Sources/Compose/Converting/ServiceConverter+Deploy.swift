import SourceDiagnostics

/// How the service is deployed.
extension ServiceConverter {
    mutating func deploy(_ entry: ComposeEntry) {
        let known = [
            "mode", "replicas", "labels", "endpoint_mode", "resources", "placement", "restart_policy", "update_config",
            "rollback_config",
        ]
        record(entry, "deploy", known) { service, field in
            switch field.key {
            case "mode": service.mode(field)
            case "replicas": service.replicas(field)
            case "labels":
                if let map = service.map(field.value, "deploy.labels") { service.set("labels", map, field.keyRange) }
            case "endpoint_mode":
                let words = [("vip", "vip"), ("dnsrr", "dnsrr")]
                if let word = service.word(field.value, "deploy.endpoint_mode", words) {
                    service.set("endpointMode", .plain(word), field.value.range)
                }
            case "resources": service.resources(field)
            case "placement": service.placement(field)
            case "restart_policy": service.restartPolicy(field)
            case "update_config": service.updateConfig("update", field)
            default: service.updateConfig("rollback", field)
            }
        }
    }

    private static let modes = [
        ("replicated", "replicated"), ("global", "global"), ("replicated-job", "replicatedJob"),
        ("global-job", "globalJob"),
    ]

    private mutating func mode(_ entry: ComposeEntry) {
        guard let mode = word(entry.value, "deploy.mode", Self.modes), mode != "replicated" else { return }
        set("mode", .plain(mode), entry.value.range)
    }

    mutating func replicas(_ entry: ComposeEntry) {
        if let value = integer(entry.value, entry.key) { set("replicas", value, entry.value.range) }
    }

    private mutating func placement(_ entry: ComposeEntry) {
        var fields: [String: ManifestEntry] = [:]
        record(entry, "deploy.placement", ["constraints", "preferences", "max_replicas_per_node"]) { service, field in
            switch field.key {
            case "constraints":
                let rules = service.texts(field.value, "deploy.placement.constraints")
                fields["constraints"] = ManifestEntry("constraints", .texts(rules), field.keyRange)
            case "preferences":
                let spreads = (field.value.items ?? [])
                    .compactMap { item in
                        item["spread"]?.text.map { ("spread=" + $0, item["spread"]?.range ?? item.range) }
                    }
                fields["preferences"] = ManifestEntry("preferences", .texts(spreads), field.keyRange)
            default:
                guard let value = service.integer(field.value, "deploy.placement.max_replicas_per_node"),
                    field.value.text != "0"
                else { return }
                fields["maxPerNode"] = ManifestEntry("maxPerNode", value, field.value.range)
            }
        }
        let all = ["constraints", "preferences", "maxPerNode"].compactMap { fields[$0] }.filter { !$0.value.isEmpty }
        set("placement", .map(all, .block), entry.keyRange)
    }

    private static let conditions = [("any", "any"), ("on-failure", "onFailure"), ("none", "none"), ("", "any")]

    private mutating func restartPolicy(_ entry: ComposeEntry) {
        var fields: [String: ManifestEntry] = [:]
        record(entry, "deploy.restart_policy", ["condition", "delay", "max_attempts", "window"]) { service, field in
            let key = "deploy.restart_policy.\(field.key)"
            switch field.key {
            case "condition":
                if let word = service.word(field.value, key, Self.conditions) {
                    fields["condition"] = ManifestEntry("condition", .plain(word), field.value.range)
                }
            case "max_attempts":
                // The engine reads no attempts as any number of them.
                guard field.value.text != "0", let value = service.integer(field.value, key) else { return }
                fields["maxAttempts"] = ManifestEntry("maxAttempts", value, field.value.range)
            default:
                guard let value = service.duration(field.value, key) else { return }
                if field.key == "window", case .plain("0s") = value { return }
                fields[field.key] = ManifestEntry(field.key, value, field.value.range)
            }
        }
        set(
            "restart",
            .map(["condition", "delay", "maxAttempts", "window"].compactMap { fields[$0] }),
            entry.keyRange
        )
    }

    /// `restart`, which holds where `deploy.restart_policy` is not given.
    mutating func restart(_ entry: ComposeEntry) {
        guard let text = text(entry.value, "restart"), !text.isEmpty else { return }
        if let policy = definition["deploy"]?["restart_policy"], !policy.isNull {
            log.leftOut("restart", of: owner, at: entry.keyRange, because: "`deploy.restart_policy` holds")
            return
        }
        let parts = text.split(separator: ":", maxSplits: 1)
        var fields: [ManifestEntry] = []
        switch text {
        case "always", "unless-stopped": fields = [ManifestEntry("condition", .plain("any"))]
        case "no", "false":
            fields = [ManifestEntry("condition", .plain(isSwarm ? "any" : "none"))]
            guard isSwarm else { break }
            log.changed(
                "restart",
                of: owner,
                at: entry.value.range,
                "`docker stack deploy` restarts it all the same, and so does this manifest",
                help: "write `condition: none` there to keep what ended"
            )
        case _ where parts.first == "on-failure":
            fields = [ManifestEntry("condition", .plain("onFailure"))]
            guard parts.count > 1, let most = Int(parts[1]) else { break }
            if most > 0 { fields.append(ManifestEntry("maxAttempts", .plain("\(most)"))) }
        default:
            let words = ["always", "unless-stopped", "on-failure", "no"].map { ($0, $0) }
            _ = word(entry.value, "restart", words)
            return
        }
        set("restart", .map(fields), entry.value.range)
    }

    private mutating func updateConfig(_ name: String, _ entry: ComposeEntry) {
        let title = "deploy.\(entry.key)"
        let known = ["parallelism", "delay", "failure_action", "monitor", "max_failure_ratio", "order"]
        var fields: [String: ManifestEntry] = [:]
        record(entry, title, known) { service, field in
            let key = "\(title).\(field.key)"
            let value: (String, ManifestValue?)
            switch field.key {
            case "parallelism":
                value = ("batch", field.value.text == "0" ? service.all : service.integer(field.value, key))
            case "failure_action":
                let words = ["pause", "continue", "rollback"].map { ($0, $0) }
                value = ("onFailure", service.word(field.value, key, words).map { .plain($0) })
            case "order":
                let words = [("stop-first", "stopFirst"), ("start-first", "startFirst")]
                value = ("order", service.word(field.value, key, words).map { .plain($0) })
            case "max_failure_ratio":
                value = ("maxFailureRatio", service.typed(field.value, key, "`0.1`") { Double($0).map { "\($0)" } })
            default: value = (field.key, service.duration(field.value, key))
            }
            // No time to watch stands for the engine's five seconds, which is the default here, too.
            if field.key == "monitor", case .plain("0s")? = value.1 { return }
            if let written = value.1 { fields[value.0] = ManifestEntry(value.0, written, field.value.range) }
        }
        let order = ["batch", "delay", "monitor", "maxFailureRatio", "onFailure", "order"]
        set(name, .map(order.compactMap { fields[$0] }), entry.keyRange)
    }

    /// All instances at once; of a global service, whose number nobody knows, more than any swarm has nodes.
    private var all: ManifestValue {
        definition["deploy"]?["mode"]?.text?.hasPrefix("global") ?? false ? .plain("10000") : .plain("100%")
    }
}
