/// Keys of Compose that manifests have no place for, and why.
enum OmittedKeys {
    struct Reason: Sendable {
        var text: String
        var help: String?

        init(_ text: String, help: String? = nil) {
            self.text = text
            self.help = help
        }
    }

    /// Of a service.
    static let service: [String: Reason] = [
        "annotations": Reason("the engine gives services none", help: "use `labels` or `deploy.labels`"),
        "attach": Reason("logs are read with `orchplan logs`"),
        "blkio_config": Reason("services have no weights of disks"),
        "build": Reason(
            "images are built before, and elsewhere",
            help: "build and push the image before `orchplan apply`"
        ),
        "cgroup": cgroups, "cgroup_parent": cgroups, "cgroupns_mode": cgroups,
        "container_name": Reason(
            "instances are named after their service",
            help: "other services find it as the service's own name, or by an alias on a network"
        ),
        "cpu_count": cpus, "cpu_percent": cpus, "cpu_period": cpus, "cpu_quota": cpus, "cpu_rt_period": cpus,
        "cpu_rt_runtime": cpus, "cpu_shares": cpus, "cpuset": cpus,
        "credential_spec": Reason("it is for nodes with Windows"),
        "develop": Reason("it is for working on the code of an image"),
        "device_cgroup_rules": devices,
        "domainname": Reason("services have a host name alone", help: "write it in full: `hostname: web.example.com`"),
        "external_links": links,
        "gpus": Reason("a swarm counts generic resources", help: "reserve one: `resources.reservations.devices`"),
        "ipc": namespaces, "isolation": Reason("it is for nodes with Windows"),
        "label_file": Reason("labels are written out", help: "put its lines under `containerLabels`"),
        "links": links,
        "mac_address": Reason("instances get theirs from the network"),
        "mem_swappiness": memory, "memswap_limit": memory, "oom_kill_disable": memory, "oom_score_adj": memory,
        "models": Reason("no driver runs models"),
        "network_mode": Reason("services are on networks", help: "list them under `networks`"),
        "pid": namespaces, "post_start": hooks, "pre_stop": hooks,
        "provider": Reason("no driver runs providers"), "runtime": Reason("services run on the nodes' own runtime"),
        "storage_opt": Reason("services have no options of the storage driver"),
        "use_api_socket": Reason("services get no socket of the engine by themselves"),
        "userns_mode": namespaces, "uts": namespaces,
        "volume_driver": Reason("it belongs to the volume", help: "write `driver` at the Volume"),
        "volumes_from": Reason("volumes are shared by name", help: "list the same volumes under `mounts`"),
    ]

    private static let cgroups = Reason("services have no control groups of their own choosing")
    private static let cpus = Reason(
        "services have limits and reservations of processors",
        help: "write `resources.limits.cpus`"
    )
    private static let devices = Reason("services have no devices")
    private static let links = Reason(
        "services reach each other by name on a common network",
        help: "put both on one network, and add the other name to the `aliases` there"
    )
    private static let memory = Reason("services have limits of memory alone", help: "write `resources.limits.memory`")
    private static let namespaces = Reason("services have namespaces of their own")
    private static let hooks = Reason(
        "there are no hooks",
        help: "put it into the command, or into a job that this depends on"
    )
}
