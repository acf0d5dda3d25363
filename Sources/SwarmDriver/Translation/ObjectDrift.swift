import ResourceModel

/// Tells a network or config that carries a recorded one's labels and is another all the same.
///
/// The engine lets nobody change one: somebody has removed it and made another in its place. What is compared is what
/// the manifest said; what it left open, the engine chose.
enum ObjectDrift {
    /// - Parameter live: One element of `/networks` or `/configs`.
    static func edits(_ live: CanonicalValue, recorded: Resource) -> [LiveEdit] {
        switch recorded.spec {
        case .network(let spec): network(live, spec)
        case .config(let spec): config(live, spec)
        case .volume, .secret, .service: []
        }
    }

    private static func network(_ live: CanonicalValue, _ spec: NetworkSpec) -> [LiveEdit] {
        let options = live["Options"]?.texts ?? [:]
        var found: [LiveEdit] = []
        func compare(_ path: String, _ applied: CanonicalValue?, _ now: CanonicalValue?) {
            if applied != now { found.append(LiveEdit(path: path, applied: applied, live: now)) }
        }
        compare("driver", .string(spec.driver ?? "overlay"), live["Driver"])
        compare("attachable", .bool(spec.attachable), .bool(live["Attachable"]?.bool ?? false))
        compare("internal", .bool(spec.isInternal), .bool(live["Internal"]?.bool ?? false))
        compare("encrypted", .bool(spec.encrypted), .bool(isEncrypted(options)))
        for entry in spec.driverOptions.entries where entry.key != "encrypted" {
            compare("driverOptions.\(entry.key)", .string(entry.value), options[entry.key].map(CanonicalValue.string))
        }
        let subnets = (live.at("IPAM", "Config")?.array ?? []).compactMap { $0["Subnet"]?.string }
        for subnet in spec.ipam?.subnets ?? [] {
            if subnets.contains(subnet.subnet) { continue }
            compare("ipam.subnets", .string(subnet.subnet), .string(subnets.joined(separator: ", ")))
        }
        return found
    }

    /// As the engine reads the option: present is on, unless it says otherwise.
    private static func isEncrypted(_ options: SortedMap<String>) -> Bool {
        options["encrypted"].map { $0 != "false" && $0 != "0" } ?? false
    }

    private static func config(_ live: CanonicalValue, _ spec: ConfigSpec) -> [LiveEdit] {
        guard let content = spec.content, let data = live.at("Spec", "Data")?.string, let now = Base64.decoded(data),
            now != content.bytes
        else { return [] }
        func text(_ bytes: [UInt8]) -> CanonicalValue { .string(String(decoding: bytes, as: UTF8.self)) }
        return [LiveEdit(path: "content", applied: text(content.bytes), live: text(now))]
    }
}
