import ResourceModel

/// A service spec of the engine in one spelling, whether it was sent, stored, or read with defaults filled in.
///
/// The engine stores a spec otherwise than it was sent: it fills in modes and kinds, drops zeros, and hands lists back
/// as it likes. Two specs mean the same exactly if they are equal when normalised: what says nothing or repeats a
/// default is left out, members are in the order of their keys, and lists whose order means nothing are sorted.
package enum SpecNormalisation {
    /// The spec in its one spelling.
    ///
    /// Network targets must be ids on both sides. Idempotent.
    package static func normalised(_ engineSpec: CanonicalValue) -> CanonicalValue {
        clean(engineSpec, []) ?? .object([])
    }

    /// The value without what says nothing; nil when nothing is left.
    private static func clean(_ value: CanonicalValue, _ path: [String]) -> CanonicalValue? {
        let key = path.last ?? ""
        let place = path.joined(separator: ".")
        if ignored.contains(place) { return nil }
        switch value {
        case .null: return nil
        case .bool(let flag): return flag || meaningfulFalse.contains(key) ? value : nil
        case .integer(let number): return whole(number, key, place)
        case .number(let number):
            // Ratios are kept in 32 bits.
            if let exact = Int64(exactly: number) { return whole(exact, key, place) }
            return .number(Double(Float(number)))
        case .string(let text):
            // Files of configs are below the root, whether a slash says so or not.
            if place == configFile, !text.isEmpty, !text.hasPrefix("/") { return .string("/\(text)") }
            return text.isEmpty || defaults[place] == value ? nil : value
        case .array(let items): return list(items, key, path)
        case .object(let members): return object(members, key, path)
        }
    }

    private static func whole(_ number: Int64, _ key: String, _ place: String) -> CanonicalValue? {
        let value = CanonicalValue.integer(number)
        if defaults[place] == value { return nil }
        return number != 0 || meaningfulZero.contains(key) ? value : nil
    }

    private static func object(_ members: [CanonicalMember], _ key: String, _ path: [String]) -> CanonicalValue? {
        if opaque.contains(key) {
            // Keys and values are somebody's own, empty ones included.
            let sorted = members.filter { $0.value != .null }.sorted { $0.key < $1.key }
            return sorted.isEmpty ? nil : .object(sorted)
        }
        let kept = members.compactMap { member in
            clean(member.value, path + [member.key]).map { CanonicalMember(key: member.key, value: $0) }
        }
        // A mode without settings is still that mode.
        if kept.isEmpty, !modes.contains(key) { return nil }
        return .object(kept.sorted { $0.key < $1.key })
    }

    private static func list(_ items: [CanonicalValue], _ key: String, _ path: [String]) -> CanonicalValue? {
        guard !items.isEmpty else { return nil }
        // Elements of lists of texts are words, never "not said".
        let cleaned = items.compactMap { item in
            item.string == nil ? clean(item, path + ["[]"]) : item
        }
        guard !cleaned.isEmpty else { return nil }
        guard let order = sorted[key] else { return .array(cleaned) }
        let ranked = cleaned.map { (item: $0, rank: (order($0), CanonicalText($0).text)) }
        return .array(ranked.sorted { $0.rank < $1.rank }.map(\.item))
    }

    /// What an engine's own users and its scheduler change without changing what runs.
    private static let ignored: Set<String> = ["TaskTemplate.ForceUpdate", "TaskTemplate.ContainerSpec.Isolation"]

    private static let configFile = "TaskTemplate.ContainerSpec.Configs.[].File.Name"
    private static let meaningfulFalse: Set<String> = ["Init"]
    /// Zero replicas, no grace, no delay, unlimited parallelism, no permissions.
    private static let meaningfulZero: Set<String> = [
        "Replicas", "MaxConcurrent", "TotalCompletions", "StopGracePeriod", "Delay", "Parallelism", "Mode", "Soft",
        "Hard",
    ]
    private static let modes: Set<String> = ["Replicated", "Global", "ReplicatedJob", "GlobalJob"]
    private static let opaque: Set<String> = ["Labels", "Options", "DriverOpts", "Sysctls"]

    /// What the engine does anyway, and adds when it is asked for defaults.
    private static let defaults: [String: CanonicalValue] = {
        var defaults: [String: CanonicalValue] = [
            "TaskTemplate.Runtime": .string("container"),
            "TaskTemplate.ContainerSpec.StopGracePeriod": .integer(10_000_000_000),
            "TaskTemplate.ContainerSpec.Mounts.[].BindOptions.Propagation": .string("rprivate"),
            "TaskTemplate.RestartPolicy.Condition": .string("any"),
            "TaskTemplate.RestartPolicy.Delay": .integer(5_000_000_000),
            "EndpointSpec.Mode": .string("vip"),
            "EndpointSpec.Ports.[].Protocol": .string("tcp"),
            "EndpointSpec.Ports.[].PublishMode": .string("ingress"),
        ]
        for config in ["UpdateConfig", "RollbackConfig"] {
            defaults["\(config).Parallelism"] = .integer(1)
            defaults["\(config).FailureAction"] = .string("pause")
            defaults["\(config).Monitor"] = .integer(5_000_000_000)
            defaults["\(config).Order"] = .string("stop-first")
            defaults["\(config).Delay"] = .integer(0)
        }
        return defaults
    }()

    /// Lists whose order means nothing, with what they are sorted by.
    private static let sorted: [String: @Sendable (CanonicalValue) -> String] = [
        "Env": { $0.string ?? "" },
        "Aliases": { $0.string ?? "" },
        "Constraints": { $0.string ?? "" },
        "CapabilityAdd": { $0.string ?? "" },
        "CapabilityDrop": { $0.string ?? "" },
        "Groups": { $0.string ?? "" },
        "Mounts": { $0["Target"]?.string ?? "" },
        "Networks": { $0["Target"]?.string ?? "" },
        "Secrets": { $0.at("File", "Name")?.string ?? "" },
        "Configs": { $0.at("File", "Name")?.string ?? "" },
        "Ulimits": { $0["Name"]?.string ?? "" },
        "GenericResources": { $0.at("DiscreteResourceSpec", "Kind")?.string ?? "" },
        "Ports": { port in
            // Of one length, so that texts sort as numbers do.
            let number = { (key: String) in String(1_000_000 + min(max(0, port[key]?.wholeNumber ?? 0), 999_999)) }
            return [
                port["Protocol"]?.string ?? "", number("PublishedPort"), number("TargetPort"),
                port["PublishMode"]?.string ?? "",
            ]
            .joined(separator: " ")
        },
    ]
}
