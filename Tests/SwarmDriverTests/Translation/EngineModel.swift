import OrchplanTestSupport
import ResourceModel

/// What an engine does to a spec between being given it and telling it again, as its types say (`api/types/swarm`,
/// `daemon/cluster/convert`): a field that its type marks as left out when empty is, pointers are kept, and so on.
struct EngineModel {
    var generator: SeededGenerator
    var fillsDefaults: Bool

    mutating func stored(_ sent: CanonicalValue) -> CanonicalValue {
        var spec = omitting(sent, in: "Spec")
        spec.change("TaskTemplate") { task in
            task.change("ContainerSpec") { container in
                container["Isolation"] = .string("default")
                if fillsDefaults {
                    container.fill("StopGracePeriod", .integer(10_000_000_000))
                    container.fill("DNSConfig", .object([]))
                }
                container.shuffle("Env", &generator)
                container.shuffle("Mounts", &generator)
            }
            task["Runtime"] = .string("container")
            task.shuffle("Networks", &generator)
            task["ForceUpdate"] = .integer(0)
            if fillsDefaults {
                task.fill("Resources", .object([]))
                task.fill("Placement", .object([]))
            }
            task.change("RestartPolicy") { $0.fill("MaxAttempts", .integer(0)) }
        }
        for key in ["UpdateConfig", "RollbackConfig"] {
            spec.change(key) { policy in
                guard case .number(let ratio)? = policy["MaxFailureRatio"] else { return }
                policy["MaxFailureRatio"] = .number(Double(String(Float(ratio))) ?? ratio)
            }
        }
        spec.shuffle("Labels", &generator)
        return spec
    }

    /// Leaves out what the type of each field leaves out; members in any order.
    private mutating func omitting(_ value: CanonicalValue, in key: String) -> CanonicalValue {
        switch value {
        case .object(let members):
            var kept: [CanonicalMember] = []
            for member in members {
                let isMap = ["Labels", "Options", "Sysctls", "DriverOpts"].contains(key)
                if !isMap, !Self.pointers.contains(member.key), Self.isZero(member.value) { continue }
                kept.append(.init(key: member.key, value: omitting(member.value, in: member.key)))
            }
            return .object(kept.shuffled(using: &generator))
        case .array(let items): return .array(items.map { omitting($0, in: "[]") })
        case .null, .bool, .integer, .number, .string: return value
        }
    }

    private static func isZero(_ value: CanonicalValue) -> Bool {
        [.integer(0), .number(0), .bool(false), .string(""), .array([]), .null].contains(value)
    }

    /// Fields that are told even when they are zero.
    private static let pointers: Set<String> = [
        "Replicas", "MaxConcurrent", "TotalCompletions", "StopGracePeriod", "Init", "Parallelism", "MaxFailureRatio",
        "Soft", "Hard", "Mode", "Window", "MaxAttempts", "Delay",
    ]
}

extension CanonicalValue {
    subscript(key: String) -> CanonicalValue? {
        get { object?.first { $0.key == key }?.value }
        set {
            guard case .object(var members) = self else { return }
            members.removeAll { $0.key == key }
            if let newValue { members.append(CanonicalMember(key: key, value: newValue)) }
            self = .object(members)
        }
    }

    mutating func change(_ key: String, _ body: (inout CanonicalValue) -> Void) {
        guard var child = self[key] else { return }
        body(&child)
        self[key] = child
    }

    mutating func fill(_ key: String, _ value: CanonicalValue) {
        if self[key] == nil { self[key] = value }
    }

    mutating func shuffle(_ key: String, _ generator: inout SeededGenerator) {
        change(key) { value in
            switch value {
            case .array(let items): value = .array(items.shuffled(using: &generator))
            case .object(let members): value = .object(members.shuffled(using: &generator))
            case .null, .bool, .integer, .number, .string: break
            }
        }
    }
}
