import ResourceModel

extension ManifestFields {
    /// One engine value that is one manifest field.
    struct Row: Sendable {
        var path: String
        var field: String
        var text: @Sendable (CanonicalValue) -> String

        init(_ path: String, _ field: String, _ text: @escaping @Sendable (CanonicalValue) -> String = FieldText.any) {
            self.path = path
            self.field = field
            self.text = text
        }
    }

    static let rows = container + task + policy("UpdateConfig", "update") + policy("RollbackConfig", "rollback")

    private static let container: [Row] = [
        Row("Image", "image"), Row("Command", "entrypoint", FieldText.words), Row("Args", "command", FieldText.words),
        Row("Hostname", "hostname"), Row("Dir", "workingDir"), Row("User", "user"), Row("Groups", "groups"),
        Row("Init", "init"), Row("TTY", "tty"), Row("OpenStdin", "stdin"), Row("ReadOnly", "readOnly"),
        Row("StopSignal", "stopSignal"), Row("StopGracePeriod", "stopGracePeriod", FieldText.duration),
        Row("Hosts", "extraHosts", FieldText.hosts), Row("DNSConfig.Nameservers", "dns"),
        Row("DNSConfig.Search", "dnsSearch"), Row("DNSConfig.Options", "dnsOptions"),
        Row("CapabilityAdd", "capAdd"), Row("CapabilityDrop", "capDrop"),
        Row("Healthcheck.Test", "healthcheck.command", FieldText.words),
        Row("Healthcheck.Interval", "healthcheck.interval", FieldText.duration),
        Row("Healthcheck.Timeout", "healthcheck.timeout", FieldText.duration),
        Row("Healthcheck.StartPeriod", "healthcheck.startPeriod", FieldText.duration),
        Row("Healthcheck.StartInterval", "healthcheck.startInterval", FieldText.duration),
        Row("Healthcheck.Retries", "healthcheck.retries"),
        Row("Privileges", "securityOptions", FieldText.privileges),
    ]
    .map { Row("TaskTemplate.ContainerSpec." + $0.path, $0.field, $0.text) }

    private static let task: [Row] =
        [
            Row("Resources.Limits.NanoCPUs", "resources.limits.cpus", FieldText.cpus),
            Row("Resources.Limits.MemoryBytes", "resources.limits.memory", FieldText.bytes),
            Row("Resources.Limits.Pids", "resources.limits.pids"),
            Row("Resources.Reservations.NanoCPUs", "resources.reservations.cpus", FieldText.cpus),
            Row("Resources.Reservations.MemoryBytes", "resources.reservations.memory", FieldText.bytes),
            Row("RestartPolicy.Condition", "restart.condition", FieldText.camelCase),
            Row("RestartPolicy.Delay", "restart.delay", FieldText.duration),
            Row("RestartPolicy.MaxAttempts", "restart.maxAttempts"),
            Row("RestartPolicy.Window", "restart.window", FieldText.duration),
            Row("Placement.Constraints", "placement.constraints"),
            Row("Placement.MaxReplicas", "placement.maxPerNode"),
            Row("Placement.Platforms", "platform", FieldText.platforms),
            Row("LogDriver.Name", "logging.driver"),
        ]
        .map { Row("TaskTemplate." + $0.path, $0.field, $0.text) } + [Row("EndpointSpec.Mode", "endpointMode")]

    private static func policy(_ key: String, _ field: String) -> [Row] {
        [
            Row("\(key).Parallelism", "\(field).batch") { $0.wholeNumber == 0 ? "all at once" : FieldText.any($0) },
            Row("\(key).Delay", "\(field).delay", FieldText.duration),
            Row("\(key).Monitor", "\(field).monitor", FieldText.duration),
            Row("\(key).MaxFailureRatio", "\(field).maxFailureRatio"),
            Row("\(key).FailureAction", "\(field).onFailure"),
            Row("\(key).Order", "\(field).order", FieldText.camelCase),
        ]
    }
}
