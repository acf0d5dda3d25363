import SourceDiagnostics

extension ServiceConverter {
    typealias Convert = @Sendable (inout ServiceConverter, ComposeEntry) -> Void
    private typealias Row = (key: String, convert: Convert)

    /// What becomes of each key that manifests have a place for.
    static let table: [String: Convert] = {
        var table: [String: Convert] = [:]
        for row in process + container + surroundings + limits { table[row.key] = row.convert }
        return table
    }()

    private static let process: [Row] = [
        text("image", "image"), ("pull_policy", { $0.pullPolicy($1) }), text("platform", "platform"),
        ("entrypoint", { $0.command("entrypoint", $1) }), ("command", { $0.command("command", $1) }),
        ("environment", { $0.environment($1) }), ("env_file", { $0.environmentFiles($1) }),
        text("working_dir", "workingDir"), text("user", "user"),
        texts("group_add", "groups"), text("hostname", "hostname"), flag("init", "init"), flag("tty", "tty"),
        flag("stdin_open", "stdin"), flag("read_only", "readOnly"), text("stop_signal", "stopSignal"),
        (
            "stop_grace_period",
            { service, entry in
                if let value = service.duration(entry.value, entry.key) {
                    service.set("stopGracePeriod", value, entry.value.range)
                }
            }
        ),
    ]

    private static let container: [Row] = [
        map("labels", "containerLabels"), ("ports", { $0.ports($1) }), ("expose", { _, _ in }),
        ("networks", { $0.networks($1) }), texts("dns", "dns"), texts("dns_search", "dnsSearch"),
        texts("dns_opt", "dnsOptions"), ("extra_hosts", { $0.extraHosts($1) }), ("volumes", { $0.volumes($1) }),
        ("tmpfs", { $0.temporaryFileSystems($1) }), ("secrets", { $0.files("secrets", $1) }),
        ("configs", { $0.files("configs", $1) }), ("healthcheck", { $0.healthcheck($1) }),
        ("logging", { $0.logging($1) }), ("depends_on", { $0.dependencies($1) }), ("restart", { $0.restart($1) }),
        ("deploy", { $0.deploy($1) }), ("extends", { _, _ in }), ("scale", { $0.replicas($1) }),
    ]

    private static let surroundings: [Row] = [
        texts("cap_add", "capAdd"), texts("cap_drop", "capDrop"), ("security_opt", { $0.securityOptions($1) }),
        map("sysctls", "sysctls"), ("ulimits", { $0.ulimits($1) }), ("shm_size", { $0.sharedMemory($1) }),
        ("devices", { $0.devices($1) }), ("privileged", { $0.privileged($1) }),
        (
            "profiles",
            { service, entry in
                // It was asked for, so the service is there for good.
                let names = service.texts(entry.value, "profiles").map(\.0).joined(separator: ", ")
                guard !names.isEmpty else { return }
                service.log.leftOut(
                    "profiles",
                    of: service.owner,
                    at: entry.keyRange,
                    because: "all that is declared runs, also without the profile \(names)"
                )
            }
        ),
    ]

    private static let limits: [Row] = [
        ("mem_limit", { $0.limit("memory", $1, ofLimits: true) }), ("cpus", { $0.limit("cpus", $1, ofLimits: true) }),
        ("pids_limit", { $0.limit("pids", $1, ofLimits: true) }),
        ("mem_reservation", { $0.limit("memory", $1, ofLimits: false) }),
    ]

    private static func text(_ key: String, _ field: String) -> Row {
        (
            key,
            { service, entry in
                guard let text = service.text(entry.value, key), !text.isEmpty else { return }
                service.set(field, .text(text), entry.value.range)
            }
        )
    }

    private static func texts(_ key: String, _ field: String) -> Row {
        (
            key,
            { service, entry in
                service.set(field, .texts(service.texts(entry.value, key)), entry.keyRange)
            }
        )
    }

    private static func map(_ key: String, _ field: String) -> Row {
        (
            key,
            { service, entry in
                if let map = service.map(entry.value, key) { service.set(field, map, entry.keyRange) }
            }
        )
    }

    private static func flag(_ key: String, _ field: String) -> Row {
        (
            key,
            { service, entry in
                guard let value = service.bool(entry.value, key) else { return }
                // `false` says nothing, but for a field that the nodes may have another default of.
                if case .plain("false") = value, field != "init" { return }
                service.set(field, value, entry.value.range)
            }
        )
    }
}
