/// Names that other tools give to fields, so that their users are led to ours.
enum ForeignNames {
    private static let names: [String: [String]] = [
        "env": ["environment"], "env_file": ["envFiles"], "envFile": ["envFiles"], "volumes": ["mounts"],
        "working_dir": ["workingDir"], "group_add": ["groups"], "stdin_open": ["stdin"], "read_only": ["readOnly"],
        "stop_signal": ["stopSignal"], "stop_grace_period": ["stopGracePeriod"], "depends_on": ["dependsOn"],
        "update_config": ["update"], "updateConfig": ["update"], "rollback_config": ["rollback"],
        "restart_policy": ["restart"], "restartPolicy": ["restart"], "parallelism": ["batch"],
        "failure_action": ["onFailure"], "max_failure_ratio": ["maxFailureRatio"], "extra_hosts": ["extraHosts"],
        "cap_add": ["capAdd"], "cap_drop": ["capDrop"], "security_opt": ["securityOptions"],
        "shm_size": ["shmSize"], "pull_policy": ["pullPolicy"], "imagePullPolicy": ["pullPolicy"],
        "endpoint_mode": ["endpointMode"], "max_replicas_per_node": ["maxPerNode"], "host_ip": ["hostIP"],
        "test": ["command"], "start_period": ["startPeriod"], "start_interval": ["startInterval"],
        "max_attempts": ["maxAttempts"], "driver_opts": ["driverOptions"], "enable_ipv6": ["ipv6"],
        "dns_search": ["dnsSearch"], "dns_opt": ["dnsOptions"], "args": ["command"], "livenessProbe": ["healthcheck"],
        "readinessProbe": ["readiness"], "requests": ["reservations"], "cpu": ["cpus"], "mem": ["memory"],
        "containerPort": ["target"],
        "hostPort": ["published"], "config": ["subnets"], "driver_options": ["driverOptions"],
    ]

    /// The field that stands for `name` here, if the record has it.
    static func replacement(for name: String, in known: [String]) -> String? {
        names[name]?.first { known.contains($0) }
    }

    /// What another tool's word is called here, whatever record it is in.
    static func meanings(of name: String) -> [String] { names[name] ?? [] }

    /// Fields of a Compose service that have no one field here, and where what they say went.
    private static let moved: [String: String] = [
        "deploy":
            "its fields stand in the spec itself: mode, replicas, resources, placement, restart, update, rollback",
        "container_name": "instances are named after the service; set `metadata.name`",
        "build": "images are built elsewhere; name one with `image`",
        "expose": "a port without `published` stays inside: `ports: [{target: 80}]`",
        "links": "services reach each other by name on a common network: `networks`",
        "network_mode": "list what the service is on: `networks`",
        "extends": "use a YAML anchor and `<<`, or an overlay of an environment",
        "profiles": "use an overlay of an environment", "tmpfs": "`mounts: [{type: tmpfs}]`",
        "mem_limit": "`resources.limits.memory`", "cpus": "`resources.limits.cpus`",
        "pids_limit": "`resources.limits.pids`", "mem_reservation": "`resources.reservations.memory`",
        "name": "the name of a resource is `metadata.name`",
    ]

    /// Where the content of a foreign field goes that has no single field here.
    static func destination(of name: String, in title: String) -> String? {
        title == "Service" ? moved[name] : nil
    }

    private static let words: [String: String] = [
        "service_healthy": "healthy", "service_started": "started", "service_completed_successfully": "completed",
        "ifnotpresent": "missing", "if_not_present": "missing", "if-not-present": "missing",
    ]

    /// The word of a closed set that stands for another tool's.
    static func word(for word: String, in known: [String]) -> String? {
        words[word.lowercased()].flatMap { known.contains($0) ? $0 : nil }
    }

    /// The map that stands for a word which other tools take in its place: `restart: always`.
    static func record(for word: String, in title: String) -> String? {
        if title == "generate" { return ["true", "yes", "on"].contains(word.lowercased()) ? "{}" : nil }
        guard title == "restart policy" else { return nil }
        switch word {
        case "always", "unless-stopped", "any": return "{condition: any}"
        case "no", "none", "false", "never": return "{condition: none}"
        case "onFailure", "OnFailure", "on-failure": return "{condition: onFailure}"
        default:
            guard word.hasPrefix("on-failure:"), let most = Int(word.dropFirst(11)), most > 0 else { return nil }
            return "{condition: onFailure, maxAttempts: \(most)}"
        }
    }
}
