import ResourceModel

/// The second half of a service's fields.
extension ServiceDraft {
    static let policies: [FieldRow<ServiceDraft>] = [
        .record(
            "healthcheck",
            "How an instance's health is found out; exactly one of http, tcp and command.",
            HealthCheckDraft.self,
            example: "{http: {path: /healthz, port: 8080}}"
        ) { $1(&$0.healthcheck) },
        .record(
            "readiness",
            "What gates traffic and rollouts, where it differs from the health check.",
            HealthCheckDraft.self,
            example: "{tcp: {port: 8080}}"
        ) { $1(&$0.readiness) },
        .record("resources", "What an instance may use and what is kept free for it.", ResourceRequirements.self) {
            $1(&$0.spec.resources)
        },
        .record("placement", "Where instances may run.", Placement.self) { $1(&$0.spec.placement) },
        .record("restart", "What happens when an instance ends.", RestartPolicy.self) { $1(&$0.spec.restart) },
        .record("update", "How a rollout goes from batch to batch.", UpdatePolicy.self) { $1(&$0.spec.update) },
        .record("rollback", "How a rollback goes from batch to batch.", UpdatePolicy.self) { $1(&$0.spec.rollback) },
        .merging(
            FieldInfo(
                "dependsOn",
                "Services that must have got somewhere before this one is touched.",
                .list(.anyOf([.text(.name), .record { ServiceDependency.table.info }])),
                "[]",
                "[{service: db, condition: healthy}]"
            ),
            merge: { draft, node, decoder in
                decoder.named(
                    node,
                    "dependsOn",
                    into: &draft.spec.dependsOn,
                    key: \.service,
                    fresh: ServiceDependency.init
                ) { $0.nameOrRecord($1, into: &$2) { $0.service = $1 } }
            },
            reset: { $0.spec.dependsOn = [] }
        ),
        .record("logging", "Where the output of instances goes.", LoggingSpec.self) { $1(&$0.spec.logging) },
    ]

    static let security: [FieldRow<ServiceDraft>] = [
        .value(
            FieldInfo(
                "capAdd",
                "Capabilities of the kernel to add.",
                .list(.text(.capability)),
                "[]",
                "[NET_BIND_SERVICE]"
            ),
            { $1.capabilities($0) },
            { $0.spec.capAdd = $1 ?? [] }
        ),
        .value(
            FieldInfo("capDrop", "Capabilities of the kernel to take away.", .list(.text(.capability)), "[]", "[ALL]"),
            { $1.capabilities($0) },
            { $0.spec.capDrop = $1 ?? [] }
        ),
        .texts("securityOptions", "Options of the security modules.", example: "[no-new-privileges]") {
            $0.spec.securityOptions = $1 ?? []
        },
        .map("sysctls", "Settings of the kernel inside the instances.", example: "{net.core.somaxconn: \"1024\"}") {
            $1(&$0.spec.sysctls)
        },
        .merging(
            FieldInfo(
                "ulimits",
                "Limits that the kernel puts on processes: a number, or a soft and a hard one; -1 is unlimited.",
                .entries(KernelNames.limits.sorted(), .anyOf([.integer(-1 ... .max), .record { Ulimit.table.info }])),
                "{}",
                "{nofile: {soft: 1024, hard: 4096}}"
            ),
            merge: { $2.ulimits($1, into: &$0.spec.ulimits) },
            reset: { $0.spec.ulimits = [:] }
        ),
        .size("shmSize", "The size of /dev/shm.", example: "64MiB") { $0.spec.shmSize = $1 },
        .texts("devices", "Devices of the host inside the instances.", example: "[\"/dev/fuse:/dev/fuse\"]") {
            $0.spec.devices = $1 ?? []
        },
        .flag("privileged", "Whether instances may do all that the host's root may.") {
            $0.spec.privileged = $1 ?? false
        },
    ]

    static let own: [FieldRow<ServiceDraft>] = [
        .texts(
            "ignoreChanges",
            "Fields that another system owns, which orchplan sets once and then leaves alone.",
            example: "[replicas]"
        ) {
            $0.spec.ignoreChanges = $1 ?? []
        },
        .flag("protect", "Whether the resource is never deleted or replaced, even when its manifest is gone.") {
            $0.protect = $1 ?? false
        },
    ]
}

/// The content of a secret or config as the value of an environment variable.
struct EnvironmentSource: ManifestRecord {
    var secret: String?
    var config: String?

    static let table = FieldTable<EnvironmentSource>(
        "environment source",
        "The content of a secret or config as the value of a variable; exactly one of both.",
        exactlyOne: ["secret", "config"],
        [
            .text("secret", "The name of a Secret.", .name, example: "db-password") { $0.secret = $1 },
            .text("config", "The name of a Config.", .name, example: "settings") { $0.config = $1 },
        ]
    )
}
