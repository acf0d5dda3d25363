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
        "readinessProbe": ["readiness"], "requests": ["reservations"], "cpu": ["cpus"], "containerPort": ["target"],
        "hostPort": ["published"], "deploy": ["replicas"], "config": ["subnets"],
    ]

    /// The field that stands for `name` here, if the record has it.
    static func replacement(for name: String, in known: [String]) -> String? {
        names[name]?.first { known.contains($0) }
    }
}
