import ResourceModel

/// A normalised engine spec, told in the fields of a manifest.
///
/// What is read is taken out; what is left at the end is nothing that a manifest has, and told by the engine's own
/// path.
struct ManifestFields {
    private(set) var texts: [String: String] = [:]
    private var rest: CanonicalValue
    let names: EngineNames

    init(_ spec: CanonicalValue, _ names: EngineNames) {
        rest = spec
        self.names = names
        _ = take("Name")
        maps()
        for row in Self.rows {
            if let value = take(row.path) { texts[row.field] = row.text(value) }
        }
        mode()
        lists()
        leftovers(rest, "engine")
    }

    /// What holds where a normalised spec says nothing, so that a difference has words on both sides.
    static let defaults: [String: String] = {
        var defaults = [
            "init": "the engine's default", "tty": "false", "stdin": "false", "readOnly": "false",
            "endpointMode": "vip",
            "stopGracePeriod": "10s", "restart.condition": "any", "restart.delay": "5s",
            "restart.maxAttempts": "no limit",
            "healthcheck.interval": "30s", "healthcheck.timeout": "30s", "healthcheck.retries": "3",
            "healthcheck.startPeriod": "0s", "healthcheck.startInterval": "5s", "placement.maxPerNode": "no limit",
        ]
        for policy in ["update", "rollback"] {
            defaults["\(policy).batch"] = "1"
            defaults["\(policy).delay"] = "0s"
            defaults["\(policy).monitor"] = "5s"
            defaults["\(policy).maxFailureRatio"] = "0"
            defaults["\(policy).onFailure"] = "pause"
            defaults["\(policy).order"] = "stopFirst"
        }
        return defaults
    }()

    /// Takes a value out of what is left; objects that become empty go with it.
    mutating func take(_ path: String) -> CanonicalValue? {
        var found: CanonicalValue?
        rest = Self.removing(path.split(separator: ".").map(String.init)[...], from: rest, &found) ?? .object([])
        return found
    }

    mutating func tell(_ field: String, _ text: String) { texts[field] = text }

    private static func removing(
        _ path: ArraySlice<String>,
        from value: CanonicalValue,
        _ found: inout CanonicalValue?
    ) -> CanonicalValue? {
        guard let key = path.first else {
            found = value
            return nil
        }
        guard case .object(var members) = value, let index = members.firstIndex(where: { $0.key == key }) else {
            return value
        }
        if let kept = removing(path.dropFirst(), from: members[index].value, &found) {
            members[index].value = kept
        } else {
            members.remove(at: index)
        }
        return members.isEmpty ? nil : .object(members)
    }

    private mutating func maps() {
        let container = "TaskTemplate.ContainerSpec."
        for (path, field) in [
            ("Labels", "labels"), (container + "Labels", "containerLabels"), (container + "Sysctls", "sysctls"),
            ("TaskTemplate.LogDriver.Options", "logging.options"),
        ] {
            for entry in take(path)?.texts ?? [:] where !entry.key.hasPrefix(OwnershipLabels.prefix) {
                texts["\(field).\(entry.key)"] = entry.value
            }
        }
        for line in take(container + "Env")?.array ?? [] {
            guard let line = line.string else { continue }
            let mark = line.firstIndex(of: "=") ?? line.endIndex
            texts["environment.\(line[..<mark])"] = String(line[mark...].dropFirst())
        }
    }

    private mutating func mode() {
        let modes = [
            ("Replicated", ServiceMode.replicated, "Replicas"), ("Global", .global, ""),
            ("ReplicatedJob", .replicatedJob, "TotalCompletions"), ("GlobalJob", .globalJob, ""),
        ]
        for (key, mode, count) in modes {
            guard let settings = take("Mode.\(key)") else { continue }
            texts["mode"] = mode.rawValue
            guard let total = settings[count]?.wholeNumber else { continue }
            texts["replicas"] = "\(total)"
            if let concurrent = settings["MaxConcurrent"]?.wholeNumber, concurrent != total {
                texts["engine.Mode.ReplicatedJob.MaxConcurrent"] = "\(concurrent)"
            }
        }
    }

    private mutating func leftovers(_ value: CanonicalValue, _ path: String) {
        if let members = value.object, !members.isEmpty {
            for member in members { leftovers(member.value, "\(path).\(member.key)") }
        } else if value.object == nil {
            texts[path] = FieldText.any(value)
        }
    }
}
