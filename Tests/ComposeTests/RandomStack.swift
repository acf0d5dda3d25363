import OrchplanTestSupport

/// Stacks at random: known keys with values that fit, and with some that do not.
enum RandomStack {
    static func text(_ random: inout SeededGenerator) -> String {
        var lines = ["services:"]
        for index in 0..<Int.random(in: 1...3, using: &random) {
            lines += ["  s\(index):", "    image: nginx:1.\(index)"]
            var used: Set<String> = ["image"]
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                guard let key = keys.randomElement(using: &random), used.insert(key).inserted else { continue }
                lines.append("    \(key): \(value(&random, depth: 0))")
            }
        }
        for section in ["networks", "volumes", "secrets", "configs"] where Bool.random(using: &random) {
            lines.append("\(section):")
            lines.append("  \(names.randomElement(using: &random) ?? "a"): \(value(&random, depth: 0))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func value(_ random: inout SeededGenerator, depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 2 ? 6 : 10), using: &random) {
        case 6, 7:
            let items = (0..<Int.random(in: 0...3, using: &random)).map { _ in value(&random, depth: depth + 1) }
            return "[" + items.joined(separator: ", ") + "]"
        case 8, 9:
            var used: Set<String> = []
            let pairs = (0..<Int.random(in: 0...3, using: &random))
                .compactMap { _ -> String? in
                    guard let key = (keys + names).randomElement(using: &random), used.insert(key).inserted else {
                        return nil
                    }
                    return "\(key): \(value(&random, depth: depth + 1))"
                }
            return "{" + pairs.joined(separator: ", ") + "}"
        default: return scalars.randomElement(using: &random) ?? "x"
        }
    }

    private static let names = ["a", "data", "default", "front", "s0", "s1"]
    private static let keys = [
        "command", "entrypoint", "environment", "env_file", "ports", "expose", "volumes", "networks", "deploy",
        "labels",
        "healthcheck", "test", "interval", "retries", "disable", "mode", "replicas", "resources", "limits",
        "reservations", "memory", "cpus", "placement", "constraints", "preferences", "spread", "restart",
        "restart_policy", "condition", "update_config", "parallelism", "delay", "order", "depends_on", "secrets",
        "configs", "source", "target", "published", "type", "read_only", "tmpfs", "size", "ulimits", "nofile", "soft",
        "hard", "sysctls", "logging", "driver", "options", "driver_opts", "ipam", "config", "subnet", "external",
        "name",
        "file", "content", "build", "extends", "service", "profiles", "aliases", "x-y", "user", "hostname", "dns",
        "extra_hosts", "cap_add", "init", "stop_grace_period", "shm_size", "scale", "privileged", "security_opt",
        "generic_resources", "discrete_resource_spec", "kind", "value", "unknown_key",
    ]
    private static let scalars = [
        "x", "1", "0", "-1", "true", "no", "null", "''", "80", "\"8080:80\"", "\"127.0.0.1:80:80/udp\"", "\"a:/b:ro\"",
        "\"./x:/y\"", "/tmp", "10s", "1m30s", "512M", "0.5", "s0", "s1", "a", "data", "front", "default", "\"${X}\"",
        "\"${X:-1}\"", "\"${X:?no}\"", "\"$\"", "\"$$x\"", "\"${\"", "KEY=VALUE", "\"a\\nb\"", "\"\\u202e\"",
        "\"{{.X}}\"",
        "10.0.0.0/24", "10.0.0.1", "node.role==manager", "always", "on-failure:3", "service_healthy", "replicated-job",
        "99999999999999999999", "0444", "ingress", "host", "[]", "{}", "\"~/x:/y\"", "\"://::\"", "é",
    ]
}
