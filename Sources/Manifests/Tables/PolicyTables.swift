import ResourceModel

extension ScalePolicy: ManifestRecord {
    static let table = FieldTable<ScalePolicy>(
        "scale policy",
        "How a service's replica count follows its load.",
        [
            .integer("min", "The fewest instances.", 0...100_000, default: "1", example: "2") { $0.min = $1 ?? 1 },
            .integer("max", "The most instances.", 1...100_000, default: "1", example: "10", required: true) {
                $0.max = $1 ?? 1
            },
            .choice("metric", "What is measured.", default: .cpu) { $0.metric = $1 ?? .cpu },
            .text(
                "target",
                "The value per instance to aim at: percent of one CPU (70 where nothing is said), a size, or a number.",
                example: "\"70%\""
            ) {
                $0.target = $1
            },
            .command("command", "For the metric command: what prints the value.", example: "[queue-length]") {
                $0.command = $1
            },
            .duration(
                "window",
                "How long the highest recommendation is kept before scaling down.",
                default: "5m",
                example: "5m"
            ) {
                $0.window = $1 ?? ScalePolicy().window
            },
        ]
    )
}

extension ResourceRequirements: ManifestRecord {
    static let table = FieldTable<ResourceRequirements>(
        "resources",
        "What an instance may use at most and what is kept free for it.",
        [
            .record(
                "limits",
                "The most that an instance may use.",
                ResourceLimits.self,
                example: "{cpus: 1.5, memory: 512MiB}"
            ) {
                $1(&$0.limits)
            },
            .record(
                "reservations",
                "What a node must have free for an instance.",
                ResourceReservations.self,
                example: "{memory: 256MiB}"
            ) {
                $1(&$0.reservations)
            },
        ]
    )
}

extension ResourceLimits: ManifestRecord {
    static let table = FieldTable<ResourceLimits>(
        "limits",
        "The most that one instance may use.",
        [
            .cpus("cpus", "Processors.", example: "1.5") { $0.cpus = $1 },
            .size("memory", "Memory.", example: "512MiB") { $0.memory = $1 },
            .integer("pids", "Processes and threads.", 1 ... .max, example: "100") { $0.pids = $1 },
        ]
    )
}

extension ResourceReservations: ManifestRecord {
    static let table = FieldTable<ResourceReservations>(
        "reservations",
        "What a node must have free for one instance.",
        [
            .cpus("cpus", "Processors.", example: "0.5") { $0.cpus = $1 },
            .size("memory", "Memory.", example: "256MiB") { $0.memory = $1 },
            .map("devices", "Generic resources by kind.", example: "{gpu: \"1\"}") { $1(&$0.devices) },
        ]
    )
}

extension Placement: ManifestRecord {
    static let table = FieldTable<Placement>(
        "placement",
        "Where instances may run.",
        [
            .texts(
                "constraints",
                "What a node must be like, all of it: `KEY == VALUE` or `KEY != VALUE`.",
                example: "[node.labels.zone == a]"
            ) { $0.constraints = $1 ?? [] },
            .value(
                FieldInfo(
                    "preferences",
                    "What instances are spread over: `spread=LABEL`, one share for each value.",
                    .list(.text(.any)),
                    "[]",
                    "[spread=node.labels.zone]"
                ),
                { $1.preferences($0) },
                { $0.preferences = $1 ?? [] }
            ),
            .integer("maxPerNode", "The most instances on one node.", 1...100_000, example: "1") { $0.maxPerNode = $1 },
        ]
    )
}

extension RestartPolicy: ManifestRecord {
    static let table = FieldTable<RestartPolicy>(
        "restart policy",
        "What happens when an instance ends.",
        [
            .choice("condition", "When it is started again.", default: .any) { $0.condition = $1 ?? .any },
            .duration(
                "delay",
                "The wait before; the local driver starts what was stable again at once.",
                default: "5s",
                example: "1s"
            ) {
                $0.delay = $1 ?? RestartPolicy().delay
            },
            .integer("maxAttempts", "How often within the window, before giving up.", 1 ... .max, example: "5") {
                $0.maxAttempts = $1
            },
            .duration("window", "The time in which attempts are counted.", example: "2m") { $0.window = $1 },
        ]
    )
}

extension UpdatePolicy: ManifestRecord {
    static let table = FieldTable<UpdatePolicy>(
        "update policy",
        "How a rollout goes from batch to batch.",
        [
            .value(
                FieldInfo("batch", "How many instances are replaced at a time.", .batch, "1", "2"),
                { $1.batch($0) },
                { $0.batch = $1 ?? .count(1) }
            ),
            .duration("delay", "The pause after a batch.", default: "0s", example: "10s") { $0.delay = $1 ?? .zero },
            .duration("monitor", "How long a new instance is watched.", default: "5s", example: "30s") {
                $0.monitor = $1 ?? UpdatePolicy().monitor
            },
            .number(
                "maxFailureRatio",
                "The share of failed instances that is tolerated.",
                0...1,
                default: "0",
                example: "0.1"
            ) {
                $0.maxFailureRatio = $1 ?? 0
            },
            .choice("onFailure", "What a failed rollout does.", default: .pause) { $0.onFailure = $1 ?? .pause },
            .choice("order", "Whether the old instance stops before the new one starts.", default: .stopFirst) {
                $0.order = $1 ?? .stopFirst
            },
        ]
    )
}
