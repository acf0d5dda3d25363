import Drivers
import ResourceModel

extension ServiceForward {
    /// The health check as the engine runs it: a command inside the container.
    func healthcheck() throws(DriverError) -> EngineJSON {
        if spec.readiness != nil {
            throw refusal(
                "readiness",
                "cannot be told apart from `healthcheck`: the engine has one check for both",
                help: "write it as `healthcheck`"
            )
        }
        var health = EngineJSON()
        guard let check = spec.healthcheck else { return health }
        health.set("Test", .array(try test(check).map(CanonicalValue.string)))
        // Zero is "the image's value, else the default" for all of these but the start period.
        try set(check.interval, "Interval", "interval", in: &health)
        try set(check.timeout, "Timeout", "timeout", in: &health)
        health.some("Retries", Int64(check.retries))
        try set(check.startPeriod, "StartPeriod", "startPeriod", in: &health)
        if version >= .startInterval { try set(check.startInterval, "StartInterval", "startInterval", in: &health) }
        return health
    }

    private func test(_ check: HealthCheck) throws(DriverError) -> [String] {
        if let http = check.http {
            throw refusal(
                "healthcheck.http",
                "cannot be done: the engine runs commands inside the container only",
                help: "write `command: [wget, -q, -O, /dev/null, http://127.0.0.1:\(http.port)\(http.path)]`, with a"
                    + " program that the image has"
            )
        }
        if let tcp = check.tcp {
            throw refusal(
                "healthcheck.tcp",
                "cannot be done: the engine runs commands inside the container only",
                help: "write `command: [nc, -z, 127.0.0.1, \"\(tcp.port)\"]`, with a program that the image has"
            )
        }
        let command = check.command ?? []
        // Compose's own spellings are taken as they are.
        switch command.first {
        case "CMD", "CMD-SHELL", "NONE": return command
        case .some: return ["CMD"] + command
        case nil: throw refusal("healthcheck", "has no probe", help: "add `command: [PROGRAM, ARGUMENT]`")
        }
    }

    private func set(
        _ duration: Duration,
        _ key: String,
        _ field: String,
        in health: inout EngineJSON
    ) throws(DriverError) {
        guard duration == .zero || duration >= .milliseconds(1) else {
            throw refusal("healthcheck.\(field)", "is below the engine's least, 1ms", help: "write `1ms` or more")
        }
        health.some(key, duration.nanoseconds)
    }
}
